import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { versionHeaders } from '#domain/microversions.js';
import { allowedMethods } from '../http/allowed-methods.js';
import { ApiError, conflict, invalid, notFound, routingError } from './api-error.js';
import { errorBody } from './error-body.js';
import { isDatabaseAway, isGone, isStillReferenced, isUnstorable } from './database-error.js';

/** Turns everything thrown into Ironic's error answers. What is not an {@link ApiError} is logged in full. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    sendError(thrown, request, reply);
  }
}

/** The same outside of Nest, for errors that Fastify meets before a handler. */
export function sendError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const error = asApiError(thrown, request);
  if (error.status >= 500) request.log.error({ err: thrown }, 'request failed');
  if (error.form !== 'fault') removeVersionHeaders(reply, error.status);
  void reply
    .code(error.status)
    .headers(error.headers)
    .header('content-type', 'application/json')
    .send(JSON.stringify(errorBody(error.status, error.message, error.form)));
}

function asApiError(thrown: unknown, request: FastifyRequest): ApiError {
  if (thrown instanceof ApiError) return thrown;
  const status = statusOf(thrown);
  if (status === 404) return unknownPath(request);
  if (status === 413) return new ApiError(413, tooLarge, { form: 'bare' });
  if (status !== undefined && status < 500) return routingError(status, thrown instanceof Error ? thrown.message : '');
  if (isDatabaseAway(thrown)) {
    return new ApiError(503, 'The database does not answer; the request was not carried out, please retry.');
  }
  if (isUnstorable(thrown)) {
    return invalid(
      'The request holds a text or a number that cannot be stored, such as U+0000, half of a surrogate pair or a number ' +
        'out of range; send it without.',
    );
  }
  if (isGone(thrown)) return notFound();
  if (isStillReferenced(thrown)) {
    return conflict('An object that the request is about was changed at the same time; look at it and try again.');
  }
  return new ApiError(500, `The request failed inside; the API's log tells more under ${request.id}.`);
}

const tooLarge = 'Request body is too large. Please contact the service administrator.';

/** A path that exists for other methods is a 405 that names them. */
function unknownPath(request: FastifyRequest): ApiError {
  const methods = allowedMethods(request);
  return methods === undefined ? routingError(404) : routingError(405, '', { allow: methods.join(', ') });
}

function statusOf(thrown: unknown): number | undefined {
  if (thrown instanceof HttpException) return thrown.getStatus();
  if (thrown instanceof Error && 'statusCode' in thrown && typeof thrown.statusCode === 'number') {
    return thrown.statusCode;
  }
  return undefined;
}

/** Answers of the router carry none; a 406 for an unsupported version keeps the range, which its hook has set. */
function removeVersionHeaders(reply: FastifyReply, status: number): void {
  void reply.removeHeader(versionHeaders.legacy);
  if (status === 406) return;
  void reply.removeHeader(versionHeaders.minimum);
  void reply.removeHeader(versionHeaders.maximum);
}
