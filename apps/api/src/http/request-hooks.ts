import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';

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
