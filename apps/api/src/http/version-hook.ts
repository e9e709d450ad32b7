import type { FastifyInstance } from 'fastify';
import { maxVersion, minVersion, parseApiVersion, versionHeaders } from '#domain/microversions.js';
import { routingError } from '../errors/api-error.js';
import { sendError } from '../errors/error-filter.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The negotiated API minor version; 1 outside of `/v1`. */
    minor: number;
  }
}

/** Negotiates the version of every request below `/v1` and says in the headers what was agreed. */
export function negotiateVersions(fastify: FastifyInstance): void {
  fastify.decorateRequest('minor', 1);
  fastify.addHook('onRequest', (request, reply, done) => {
    const path = request.url.split('?')[0] ?? '';
    const negotiated = isBelowV1(path) ? parseApiVersion(request.headers) : ({ ok: true, minor: 1 } as const);
    if (!negotiated.ok && negotiated.reason === 'malformed' && !request.is404) {
      sendError(routingError(406, negotiated.text), request, reply);
      return;
    }
    void reply.header(versionHeaders.minimum, minVersion).header(versionHeaders.maximum, maxVersion);
    if (negotiated.ok) {
      request.minor = negotiated.minor;
      void reply.header(versionHeaders.legacy, `1.${negotiated.minor}`);
    } else if (!request.is404) {
      sendError(routingError(406, negotiated.text), request, reply);
      return;
    }
    done();
  });
}

function isBelowV1(path: string): boolean {
  return path === '/v1' || path.startsWith('/v1/');
}
