/**
 * Shape of an error body: from a handler, from routing, from the limits of bodies, or from
 * authentication (`guard` as Ironic's own, `keystone` as keystonemiddleware's).
 */
export type ErrorForm = 'fault' | 'routing' | 'bare' | 'guard' | 'keystone';

/** An answer other than success. `text` is read by people and clients; where Ironic has one, it is Ironic's. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly form: ErrorForm;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    text: string,
    { form = 'fault', headers = {} }: { form?: ErrorForm; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(text);
    this.status = status;
    this.form = form;
    this.headers = headers;
  }
}

/** 400: the request is wrong, or the state does not allow it. */
export function invalid(text: string): ApiError {
  return new ApiError(400, text);
}

/** 403: not permitted, or protected. */
export function forbidden(text = 'Operation not permitted.'): ApiError {
  return new ApiError(403, text);
}

/** 404 from a handler: the object does not exist, or the path is newer than the request's version. */
export function notFound(text = 'Resource could not be found.'): ApiError {
  return new ApiError(404, text);
}

/** 406: a field or value is newer than the request's version. */
export function notAcceptable(text = 'Request not acceptable.'): ApiError {
  return new ApiError(406, text);
}

/** 409: duplicate, locked, or in conflict with the object's state. */
export function conflict(text: string): ApiError {
  return new ApiError(409, text);
}

/** 503: nobody is there to do it now; the same request may succeed later. */
export function unavailable(text: string): ApiError {
  return new ApiError(503, text);
}

/** An answer of the router rather than of a handler: no version headers, another body. */
export function routingError(status: number, text = '', headers: Readonly<Record<string, string>> = {}): ApiError {
  return new ApiError(status, text, { form: 'routing', headers });
}

/** The text of Ironic's NodeLocked. */
export function nodeLocked(nodeUuid: string, host: string): ApiError {
  return conflict(`Node ${nodeUuid} is locked by host ${host}, please retry after the current operation is completed.`);
}
