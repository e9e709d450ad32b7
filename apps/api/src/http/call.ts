import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { allows, type Feature } from '#domain/microversions.js';
import type { Access } from '../auth/access.js';
import { invalid } from '../errors/api-error.js';
import type { Body } from './body.js';
import { globalRequestId } from './request-hooks.js';
import { hasJsonSuffix } from './json-suffix.js';

/** A request after the hooks and the body parser of this API. */
export type ApiRequest = FastifyRequest<{ Querystring: Record<string, unknown>; Body: Body | undefined }>;

/** What a handler needs to know of a request, and the few things it may say besides its result. */
export class Call {
  readonly #request: ApiRequest;
  readonly #reply: FastifyReply;
  /** Start of every link, without a slash at the end: the address under which clients reach us. */
  readonly base: string;

  constructor(request: ApiRequest, reply: FastifyReply) {
    this.#request = request;
    this.#reply = reply;
    this.base = request.server.linkBase(request);
  }

  /** The negotiated minor version. */
  get minor(): number {
    return this.#request.minor;
  }

  /** May the client use the feature at its version? */
  allows(feature: Feature): boolean {
    return allows(this.minor, feature);
  }

  /** Items in one page of a list at most (`[api]max_limit`). */
  get maxLimit(): number {
    return this.#request.server.maxLimit;
  }

  /** What the caller may do. */
  get access(): Access {
    return this.#request.access;
  }

  /** Who asks, for records of what was asked. */
  get requester(): { readonly requester: string | null; readonly project: string | null } {
    const { userId, projectId } = this.access.caller;
    return { requester: userId, project: projectId };
  }

  /** The client's own id for what it does, for whatever goes on after the answer; without one that of the request. */
  get globalId(): string {
    return globalRequestId(this.#request.headers) ?? this.requestId;
  }

  /** Of this request alone. */
  get requestId(): string {
    return this.#request.id;
  }

  /** The path ended in `.json`, which an old client does not mean as part of a name. */
  get jsonSuffix(): boolean {
    return hasJsonSuffix(this.#request.raw);
  }

  get query(): Readonly<Record<string, unknown>> {
    return { ...this.#request.query };
  }

  get body(): Body {
    return this.#request.body ?? { kind: 'none' };
  }

  /**
   * The JSON of the body; nothing counts as `{}`, as in Ironic.
   * @throws ApiError 400 for anything that is no JSON (Ironic: 500)
   */
  json(): unknown {
    const { body } = this;
    if (body.kind === 'none') return {};
    if (body.kind === 'json') return body.value;
    if (body.kind === 'form') throw invalid(`Unexpected arguments: ${body.names.join(', ')}`);
    throw invalid(`${body.reason} Send a JSON document.`);
  }

  /** Query parameters and, over them, the fields of a JSON object in the body; bad JSON counts as no fields. */
  named(): Readonly<Record<string, unknown>> {
    const { body } = this;
    if (body.kind === 'form') return { ...this.query, ...Object.fromEntries(body.names.map((name) => [name, ''])) };
    if (body.kind !== 'json' || typeof body.value !== 'object' || Array.isArray(body.value)) return this.query;
    return { ...this.query, ...body.value };
  }

  /** Sets the Location header to a URL below `/v1/`. */
  location(path: string): void {
    void this.#reply.header('location', `${this.base}/v1/${path}`);
  }
}

/** Gives a controller method its {@link Call}. */
export const ThisCall = createParamDecorator((_: unknown, context: ExecutionContext): Call => {
  const http = context.switchToHttp();
  return new Call(http.getRequest<ApiRequest>(), http.getResponse<FastifyReply>());
});
