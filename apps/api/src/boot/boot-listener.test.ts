import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../../../test/support/api.js';
import { createBootListener } from './boot-listener.js';

const mac = '52:54:00:aa:bb:cc';
const asked = '/boot/52-54-00-aa-bb-cc';
const kernelBytes = 'K'.repeat(200_000);

let api: TestApi;
let listener: FastifyInstance;
let files: Server;
let fileUrl: string;
let folder: string;

beforeAll(async () => {
  api = await startTestApi();
  folder = mkdtempSync(path.join(tmpdir(), 'boot-'));
  writeFileSync(path.join(folder, 'ramdisk'), 'R'.repeat(1000));
  files = createServer((request, response) => {
    if (request.url !== '/kernel') response.writeHead(404).end();
    else response.writeHead(200, { 'content-length': kernelBytes.length }).end(kernelBytes);
  });
  await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
  const address = files.address();
  fileUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  listener = createBootListener({
    database: api.database,
    logger: pino({ level: 'silent' }),
    bootUrl: 'http://boot',
    apiUrl: 'http://api',
  });
}, 120_000);

afterAll(async () => {
  await listener.close();
  await new Promise((resolve) => files.close(resolve));
  await api.stop();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  await api.database.node.deleteMany();
});

/** A node with a port, in that state; with `kernel` also with an open boot. */
async function machine(provisionState: string, kernel?: string): Promise<string> {
  const created = await fetch(`${api.url}/v1/nodes`, {
    method: 'POST',
    headers: { 'X-OpenStack-Ironic-API-Version': '1.115' },
    body: JSON.stringify({ driver: 'fake-hardware', name: 'm1' }),
  });
  const { uuid } = (await created.json()) as { uuid: string };
  await fetch(`${api.url}/v1/ports`, { method: 'POST', body: JSON.stringify({ address: mac, node_uuid: uuid }) });
  const node = await api.database.node.update({ where: { uuid }, data: { provisionState } });
  if (kernel === undefined) return '';
  const operation = await api.database.operation.create({
    data: { id: randomUUID(), nodeId: node.id, number: 1, class: 'provision', type: 'deploy', status: 'running' },
  });
  const boot = await api.database.boot.create({
    data: {
      id: randomUUID(),
      nodeId: node.id,
      operationId: operation.id,
      number: 1,
      agentToken: 'sealed',
      kernel,
      ramdisk: pathToFileURL(path.join(folder, 'ramdisk')).href,
      kernelArguments: 'nofb ipa-api-url=http://api',
    },
  });
  return boot.id;
}

const evidence = (id: string) =>
  api.database.boot.findUniqueOrThrow({ where: { id }, include: { operation: { include: { events: true } } } });
const lines = async (id: string) => (await evidence(id)).operation.events.map(({ text }) => text);

test('a machine that waits for its ramdisk gets it, and every fetch is evidence', async () => {
  const boot = await machine('wait call-back', `${fileUrl}/kernel`);
  const script = await listener.inject(asked);
  expect(script.headers['content-type']).toContain('text/plain');
  expect(script.body).toContain(
    `kernel http://boot${asked}/kernel selinux=0 troubleshoot=0 text nofb ipa-api-url=http://api BOOTIF=`,
  );
  const kernel = await listener.inject(`${asked}/kernel`);
  expect([kernel.statusCode, kernel.headers['content-length'], kernel.body]).toEqual([200, '200000', kernelBytes]);
  const ramdisk = await listener.inject(`${asked}/ramdisk`);
  expect([ramdisk.statusCode, ramdisk.body.length]).toEqual([200, 1000]);
  await expect.poll(async () => (await lines(boot)).length).toBe(3);
  const { scriptAt, kernelAt, ramdiskAt } = await evidence(boot);
  expect([scriptAt, kernelAt, ramdiskAt].every((at) => at instanceof Date)).toBe(true);
  expect(await lines(boot)).toEqual([
    `iPXE script fetched by ${mac}`,
    'kernel fetched, 200000 bytes',
    'ramdisk fetched, 1000 bytes',
  ]);
});

test('a part of a file can be asked for', async () => {
  await machine('wait call-back', `${fileUrl}/kernel`);
  const part = await listener.inject({ url: `${asked}/ramdisk`, headers: { range: 'bytes=10-19' } });
  expect([part.statusCode, part.headers['content-range'], part.body.length]).toEqual([206, 'bytes 10-19/1000', 10]);
});

test('a file that its server does not have is a 502 and a line in the timeline', async () => {
  const boot = await machine('wait call-back', `${fileUrl}/missing`);
  expect((await listener.inject(`${asked}/kernel`)).statusCode).toBe(502);
  expect(await lines(boot)).toEqual([expect.stringContaining('answers 404 for /missing')]);
  expect((await evidence(boot)).kernelAt).toBeNull();
});

test('no file URL leads to what belongs to the host', async () => {
  await machine('wait call-back', 'file:///etc/passwd');
  const reply = await listener.inject(`${asked}/kernel`);
  expect([reply.statusCode, reply.body]).toEqual([502, 'kernel: /etc/passwd may not be served\n']);
});

test('a machine with an instance goes on to its disk', async () => {
  await machine('active');
  expect((await listener.inject(asked)).body).toContain('sanboot --no-describe || exit 0');
});

test('a machine with nothing to boot is told why and goes on', async () => {
  await machine('available');
  expect((await listener.inject(asked)).body).toContain(
    'echo Node m1 is in state available and has no ramdisk to boot',
  );
  expect((await listener.inject(`${asked}/kernel`)).statusCode).toBe(404);
});

test('a MAC that nobody knows is told so', async () => {
  const { body } = await listener.inject('/boot/52-54-00-00-00-99');
  expect(body).toContain('No node has a port with MAC 52:54:00:00:00:99');
  // Fails, so that the first script asks for the machine's next network card.
  expect(body).toContain('exit 1');
});

test('the first script leads to the others', async () => {
  expect((await listener.inject('/boot.ipxe')).body).toContain('http://boot/boot/${');
});
