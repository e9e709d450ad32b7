import type { FastifyInstance } from 'fastify';
import { sendError } from '../errors/error-filter.js';
import { nobodyKnown, type Authenticator, type Caller } from './caller.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; on a public path nobody is known. */
    caller: Caller;
  }
}

/** Paths that need no authentication (Ironic api/config.py acl_public_routes), and our own. */
const publicPaths = /^(?:|\/v1|\/v1\/lookup|\/v1\/heartbeat\/[a-z0-9-]+|\/v1\/continue_inspection)(?:\.json|\.xml)?$/;
const ownPublicPaths = ['/healthz', '/readyz', '/v1/openapi.json'];

/**
 * Finds out who asks before anything else is looked at, unknown paths and versions too: who may not enter learns
 * nothing.
 */
export function authenticateRequests(fastify: FastifyInstance, authenticator: Authenticator): void {
  fastify.decorateRequest('caller');
  fastify.addHook('onRequest', (request, reply, done) => {
    request.caller = nobodyKnown;
    if (isPublic(request.url)) {
      done();
      return;
    }
    authenticator.authenticate(request.headers).then(
      (caller) => {
        request.caller = caller;
        done();
      },
      (error: unknown) => sendError(error, request, reply),
    );
  });
  fastify.addHook('onClose', () => authenticator.close());
}

/** May everybody ask for that URL? A slash at the end changes nothing. */
export function isPublic(url: string): boolean {
  const path = (url.split('?')[0] ?? '').replace(/\/+$/, '');
  return publicPaths.test(path) || ownPublicPaths.includes(path) || path === '/docs' || path.startsWith('/docs/');
}
