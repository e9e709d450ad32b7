import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What a path answers: bytes, a status, or anything. */
export type Served = Buffer | number | ((request: IncomingMessage, response: ServerResponse) => void);

/** A web server on a free port for one test. */
export interface FileServer {
  readonly url: string;
  readonly files: Record<string, Served>;
  /** `METHOD path` of every request, with its range. */
  readonly requests: string[];
  stop(): Promise<void>;
}

/** Serves `files` by path, with HEAD and ranges from the start, as the web servers that images are put on. */
export async function startFileServer(files: Record<string, Served> = {}): Promise<FileServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    requests.push([request.method, path, request.headers.range].filter(Boolean).join(' '));
    const served = files[path] ?? 404;
    if (typeof served === 'function') return served(request, response);
    if (typeof served === 'number') return response.writeHead(served).end();
    const last = /^bytes=0-(\d+)$/.exec(request.headers.range ?? '')?.[1];
    const body = last === undefined ? served : served.subarray(0, Number(last) + 1);
    response.writeHead(last === undefined ? 200 : 206, { 'content-length': body.length });
    return response.end(request.method === 'HEAD' ? undefined : body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  const port = typeof bound === 'object' && bound ? bound.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    files,
    requests,
    async stop() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
