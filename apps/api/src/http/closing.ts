import type { FastifyInstance } from 'fastify';

/** How long a stop waits for requests that are being answered, ms; the supervisor kills what takes over 10 s. */
const graceMs = 5_000;

/**
 * Bounds a stop: Node closes idle connections by itself, but counts one on which nothing was ever asked, or whose request
 * never came to its end, as busy for a minute.
 */
export function boundClosing(instance: FastifyInstance): void {
  instance.addHook('preClose', (done) => {
    setTimeout(() => instance.server.closeAllConnections(), graceMs).unref();
    done();
  });
}
