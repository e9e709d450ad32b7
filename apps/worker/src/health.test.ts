import { afterEach, expect, test } from 'vitest';
import { HealthServer } from './health.js';

let server: HealthServer | undefined;
afterEach(() => server?.close());

async function ask(missing: () => Promise<readonly string[]>, path: string): Promise<[number, unknown]> {
  server = new HealthServer(missing);
  const port = await server.listen('127.0.0.1', 0);
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return [response.status, await response.json()];
}

test('a worker is ready when nothing is missing', async () => {
  expect(await ask(async () => [], '/readyz')).toEqual([200, { ready: true, missing: [] }]);
});

test('a worker that waits says for what, and is healthy all the same', async () => {
  expect(await ask(async () => ['Temporal'], '/readyz')).toEqual([503, { ready: false, missing: ['Temporal'] }]);
  await server?.close();
  expect(await ask(async () => ['Temporal'], '/healthz')).toEqual([200, { status: 'ok' }]);
});

test('a state that cannot be told is not ready', async () => {
  expect(await ask(() => Promise.reject(new Error('x')), '/readyz')).toMatchObject([503, { ready: false }]);
});
