import { once } from 'node:events';
import { createServer, type Http2Server } from 'node:http2';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { mustReachDatabase, mustReachTemporal } from './external.js';

const servers: Http2Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Answers every gRPC call with a GetSystemInfoResponse (field 1: server_version). */
async function fakeTemporal(version: string): Promise<string> {
  const field = Buffer.concat([Buffer.from([0x0a, version.length]), Buffer.from(version)]);
  const frame = Buffer.concat([Buffer.from([0, 0, 0, 0, field.length]), field]);
  const server = createServer();
  server.on('stream', (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(frame);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return addressOf(server);
}

function addressOf(server: { address(): unknown }): string {
  const address = server.address();
  if (typeof address !== 'object' || address === null || !('port' in address)) throw new Error('not listening');
  return `127.0.0.1:${String(address.port)}`;
}

async function closedAddress(): Promise<string> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = addressOf(server);
  server.close();
  return address;
}

it('refuses a Temporal that is too old', async () => {
  const address = await fakeTemporal('1.24.2');
  await expect(mustReachTemporal(address)).rejects.toThrow(
    `Temporal at ${address} is 1.24.2, too old: upgrade it to 1.29.1 or newer, or unset TEMPORAL_ADDRESS to use the embedded one.`,
  );
});

it('accepts a newer one', async () => {
  await expect(mustReachTemporal(await fakeTemporal('1.30.0'))).resolves.toBeUndefined();
});

it('says what to do about a Temporal that is not there', async () => {
  const address = await closedAddress();
  await expect(mustReachTemporal(address, 500)).rejects.toThrow(
    new RegExp(`^Temporal at ${address} cannot be reached .*TEMPORAL_ADDRESS`),
  );
});

it('says what may be wrong with a URL that is none, without its password', async () => {
  for (const password of ['se#cret', 'se/cret', '12/cret']) {
    const attempt = mustReachDatabase(`postgresql://127.0.0.1:${password}@127.0.0.1:1/nodes`);
    await expect(attempt).rejects.toThrow(
      /^The database of DATABASE_URL \(not a URL; .*\) cannot be used .*correct DATABASE_URL\.$/,
    );
    await expect(attempt).rejects.not.toThrow('cret');
  }
});

it('says what to do about a database that is not there, without its password', async () => {
  const address = await closedAddress();
  const attempt = mustReachDatabase(`postgresql://me:secret@${address}/nodes`);
  await expect(attempt).rejects.toThrow(
    `The database of DATABASE_URL (${address}/nodes) cannot be used (connect ECONNREFUSED ${address}): start it or correct DATABASE_URL.`,
  );
});
