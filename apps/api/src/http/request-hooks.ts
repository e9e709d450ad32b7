import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { routingError } from '../errors/api-error.js';
import { sendError } from '../errors/error-filter.js';

/** Ironic's form of a request id. */
export function newRequestId(): string {
  return `req-${randomUUID()}`;
}

/**
 * The id under which the client follows its work through several services; null when it gave none of the right form
 * (oslo_middleware request_id.py).
 */
export function globalRequestId(headers: IncomingHttpHeaders): string | null {
  const given = headers['x-openstack-request-id'];
  return typeof given === 'string' && globalForm.test(given) ? given : null;
}

const globalForm = /^req-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$/;

/** Request ids on every answer, OPTIONS as Ironic answers it, and one log line a request. */
export function describeRequests(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.method === 'OPTIONS') {
      void reply.code(200).send();
      return;
    }
    void reply.header('x-openstack-request-id', request.id).header('openstack-request-id', request.id);
    done();
  });
  // Ironic names no charset; Fastify adds one when it serialises.
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    const type = reply.getHeader('content-type');
    if (typeof type === 'string' && type.startsWith('application/json')) {
      void reply.header('content-type', 'application/json');
    }
    done(null, payload);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const global = globalRequestId(request.headers);
    const line = {
      method: request.method,
      path: request.url.split('?')[0],
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      ...(global === null ? {} : { globalRequestId: global }),
    };
    if (request.method === 'GET' && reply.statusCode < 500) request.log.debug(line, 'answered');
    else request.log.info(line, 'answered');
    done();
  });
}

/** The reference is read in a browser (docs/docs.controller.ts). */
function isForPeople(url: string): boolean {
  return /^\/docs(?:[/?]|$)/.test(url);
}

/** Refuses requests that take no JSON. After authentication, as in Ironic. */
export function refuseOtherAnswers(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (takesJson(request.headers.accept) || isForPeople(request.url)) done();
    else sendError(routingError(406, 'Only application/json can be given.'), request, reply);
  });
}

function takesJson(accept: string | undefined): boolean {
  if (accept === undefined || accept.trim() === '') return true;
  return accept.split(',').some((part) => {
    const type = part.split(';')[0]?.trim().toLowerCase();
    return type === '*/*' || type === 'application/*' || type === 'application/json';
  });
}
