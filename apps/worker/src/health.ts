import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a worker waits for, empty when it is ready. Asked anew for every request. */
export type Missing = () => Promise<readonly string[]>;

/** Answers `/healthz` (the process runs) and `/readyz` (503 with what is missing until everything is there). */
export class HealthServer {
  readonly #server: Server;

  constructor(missing: Missing) {
    this.#server = createServer((request, response) => {
      const answer = (status: number, body: object): void => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      };
      if (request.url === '/healthz') return answer(200, { status: 'ok' });
      if (request.url !== '/readyz') return answer(404, { error: 'Ask for /healthz or /readyz.' });
      return void missing().then(
        (waiting) => answer(waiting.length === 0 ? 200 : 503, { ready: waiting.length === 0, missing: waiting }),
        () => answer(503, { ready: false, missing: ['state unknown'] }),
      );
    });
  }

  /** @returns the port that was taken */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        const address: AddressInfo | string | null = this.#server.address();
        resolve(typeof address === 'object' && address ? address.port : port);
      });
    });
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
