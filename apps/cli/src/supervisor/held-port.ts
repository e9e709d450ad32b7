import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** Where a port is held. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * A port that stays open while the program behind it is started again: whoever connects meanwhile waits instead of
 * being refused. For callers that never try twice, such as the firmware of a machine that boots from the network.
 *
 * The supervisor accepts and hands each connection over the child's IPC channel (Node, `subprocess.send` with a
 * handle), so that no byte of it passes through here.
 */
export class HeldPort {
  readonly #server: Server;
  #waiting: Socket[] = [];
  #taker: ChildProcess | undefined;

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => this.#pass(socket));
  }

  /** Listens from now on. Rejects when the port is taken. */
  static async open({ host, port }: ListenAddress): Promise<HeldPort> {
    const server = createServer({ pauseOnConnect: true });
    server.listen(port, host);
    await once(server, 'listening');
    return new HeldPort(server);
  }

  /** This process, which has an IPC channel, serves the connections until it ends; those that waited come first. */
  giveTo(taker: ChildProcess): void {
    this.#taker = taker;
    taker.once('disconnect', () => {
      if (this.#taker === taker) this.#taker = undefined;
    });
    for (const socket of this.#waiting.splice(0)) this.#pass(socket);
  }

  /** Frees the port; who still waits is cut off. */
  close(): void {
    this.#server.close();
    for (const socket of this.#waiting.splice(0)) socket.destroy();
  }

  #pass(socket: Socket): void {
    const taker = this.#taker;
    if (!taker?.connected) {
      this.#keep(socket);
      return;
    }
    taker.send('connection', socket, { keepOpen: false }, (error) => {
      if (error) this.#keep(socket);
    });
  }

  #keep(socket: Socket): void {
    // A client that has gone away meanwhile is noticed when the connection is served.
    socket.on('error', () => undefined);
    this.#waiting.push(socket);
  }
}
