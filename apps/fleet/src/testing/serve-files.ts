import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server for tests that serves files from memory and records the paths asked for. */
export interface FileServer {
  readonly url: string;
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** Serves `files` by path on an ephemeral port of 127.0.0.1; 404 for any other. The files may change later. */
export async function serveFiles(files: Readonly<Record<string, Buffer | string>>): Promise<FileServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    requests.push(path);
    const content = Object.hasOwn(files, path) ? files[path] : undefined;
    if (content === undefined) response.writeHead(404).end('not here');
    else response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
