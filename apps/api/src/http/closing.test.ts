import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { startTestApi } from '../../../../test/support/api.js';

it('a stop does not wait for clients that connect and say nothing, or never end their request', async () => {
  const api = await startTestApi();
  const { hostname, port } = new URL(api.url);
  const silent = connect(Number(port), hostname);
  const halfway = connect(Number(port), hostname);
  // They are cut off: what matters is that they are, not how it looks from there.
  const closed = [silent, halfway].map(
    (socket) =>
      new Promise((resolve) => {
        socket.on('error', resolve).on('close', resolve).resume();
      }),
  );
  await Promise.all([once(silent, 'connect'), once(halfway, 'connect')]);
  halfway.write('POST /v1/nodes HTTP/1.1\r\nHost: temper\r\nContent-Length: 1000\r\n\r\n{');

  await api.stop();

  await Promise.all(closed);
  await expect(fetch(api.url)).rejects.toThrow('fetch failed');
}, 30_000);
