import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchImage } from './fetch.js';

const server = createServer((request, response) => {
  if (request.url === '/script') return void response.end(`#!ipxe\n${'# padding\n'.repeat(20_000)}echo last`);
  if (request.url === '/kernel') return void response.end(Buffer.concat([Buffer.from('MZ'), Buffer.alloc(3_000_000)]));
  if (request.url === '/empty') return void response.end();
  if (request.url === '/cut') return void response.destroy();
  return void response.writeHead(request.url === '/secret' ? 403 : 404).end('no');
});
let base = '';
const never = new AbortController().signal;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

describe('fetching for iPXE', () => {
  it('keeps a script whole and of other files only the size and kind', async () => {
    const script = await fetchImage(`${base}/script`, 'script', '', never);
    expect(script).toMatchObject({ format: 'script', bytes: 200_016, script: expect.stringMatching(/echo last$/) });
    const kernel = await fetchImage(`${base}/kernel`, 'k', 'a=b', never);
    expect(kernel).toMatchObject({ format: 'kernel', bytes: 3_000_002, script: undefined, arguments: 'a=b' });
  });

  it.each([
    ['/missing', 'No such file or directory'],
    ['/secret', 'Permission denied'],
    ['/empty', 'empty file'],
    ['/cut', 'Connection reset'],
  ])('reports %s as a failure', async (path, reason) => {
    expect(await fetchImage(base + path, 'x', '', never)).toContain(reason);
  });

  it('stops at once when the machine loses power', async () => {
    const power = new AbortController();
    power.abort(new Error('power off'));
    await expect(fetchImage(`${base}/kernel`, 'k', '', power.signal)).rejects.toThrow('power off');
  });
});
