import { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Serves connections that the parent process accepts and hands over, instead of listening. Machines can thus connect
 * while this process is started again: those that came meanwhile are handed over once it is ready.
 */
export async function takeConnections(listener: FastifyInstance, channel: NodeJS.Process): Promise<void> {
  await listener.ready();
  channel.on('message', (_message, connection) => {
    if (!(connection instanceof Socket)) return;
    // Node documents that connections may be injected so (http.Server, event 'connection').
    listener.server.emit('connection', connection);
    connection.resume();
  });
}
