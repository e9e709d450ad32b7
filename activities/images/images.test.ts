import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ImageActivities } from '#activities/contract.js';
import { startFileServer, type FileServer } from '../../test/support/file-server.js';
import { addSubject, startDatabase, timelineOf, type Subject, type TestDatabase } from '../testing/database.js';
import { createImageActivities } from './index.js';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

let rows: TestDatabase;
let server: FileServer;
let images: ImageActivities;

beforeAll(async () => {
  rows = await startDatabase();
  images = createImageActivities(rows);
});
afterAll(() => rows.stop());

beforeEach(async () => {
  server = await startFileServer({ '/x.img': Buffer.alloc(3 * 2 ** 20) });
});
afterEach(() => server.stop());

const sha256 = 'ab'.repeat(32);

function addNode(instanceInfo: object): Promise<Subject> {
  return addSubject(rows.database, {
    instanceInfo: {
      image_source: `${server.url}/x.img`,
      image_os_hash_algo: 'sha256',
      image_os_hash_value: sha256,
      ...instanceInfo,
    },
  });
}

test('an image that answers is recorded as Ironic does, its body not fetched', async () => {
  const subject = await addNode({ extra_key: 'kept' });
  await images.check(subject.operationId);
  expect(server.requests).toEqual(['HEAD /x.img']);
  const node = await rows.database.node.findUniqueOrThrow({ where: { id: subject.nodeId } });
  expect(node.instanceInfo).toMatchObject({
    image_url: `${server.url}/x.img`,
    image_type: 'whole-disk',
    extra_key: 'kept',
  });
  expect(node.driverInternalInfo).toMatchObject({ is_whole_disk_image: true });
  expect(await timelineOf(rows.database, subject)).toEqual([
    `image: image ${server.url}/x.img of 3.0 MiB answers, sha256 given`,
  ]);
});

test('the agent is sent where redirects lead', async () => {
  server.files['/latest'] = (_, response) => response.writeHead(302, { location: '/x.img' }).end();
  const subject = await addNode({ image_source: `${server.url}/latest` });
  await images.check(subject.operationId);
  const node = await rows.database.node.findUniqueOrThrow({ where: { id: subject.nodeId } });
  expect(node.instanceInfo).toMatchObject({ image_source: `${server.url}/latest`, image_url: `${server.url}/x.img` });
});

test('a missing image is a mistake, a server that is away may come back', async () => {
  const { uuid, operationId } = await addNode({ image_source: `${server.url}/missing.img` });
  await expect(images.check(operationId)).rejects.toMatchObject({
    type: 'NodeInvalid',
    message: `image_source of node ${uuid}: ${server.url}/missing.img answers HEAD with HTTP 404; correct instance_info/image_source or the web server.`,
  });
  await server.stop();
  await expect(images.check(operationId)).rejects.toMatchObject({ type: 'ImageUnreachable', retryable: true });
});

describe('a checksum', () => {
  test.for([
    [{ image_os_hash_algo: 'sha512', image_os_hash_value: 'cd'.repeat(64) }],
    [{ image_os_hash_algo: '', image_os_hash_value: '', image_checksum: 'ef'.repeat(16) }],
    [{ image_os_hash_algo: '', image_os_hash_value: '', image_checksum: 'http://images.example/SHA256SUMS' }],
    [{ image_os_hash_algo: 'sha256', image_os_hash_value: 'http://images.example/SHA256SUMS' }],
  ] as const)('is good: %j', async ([given]) => {
    await expect(images.check((await addNode(given)).operationId)).resolves.toBeUndefined();
  });

  test.for([
    [{ image_os_hash_algo: '', image_os_hash_value: '' }, 'must be provided in instance_info'],
    [{ image_os_hash_algo: '' }, 'must be provided in instance_info'],
    [{ image_os_hash_value: '', image_checksum: sha256 }, 'must be provided in instance_info'],
    [{ image_os_hash_algo: 'sha512' }, 'instance_info/image_os_hash_value is no sha512 checksum'],
    [
      { image_os_hash_algo: '', image_os_hash_value: '', image_checksum: 'abc' },
      'instance_info/image_checksum is no md5',
    ],
  ] as const)('is refused: %j', async ([given, text]) => {
    await expect(images.check((await addNode(given)).operationId)).rejects.toMatchObject({
      type: 'NodeInvalid',
      message: expect.stringContaining(text),
    });
  });
});

test('images that cannot be written are refused before the machine is touched', async () => {
  for (const [given, text] of [
    [{ image_source: '' }, "Missing are: ['instance_info.image_source']"],
    [{ image_source: 'glance://abc' }, 'is not an http(s) address'],
    [{ image_type: 'partition' }, 'is a partition image'],
    [{ kernel: 'http://images.example/vmlinuz', ramdisk: 'http://images.example/initrd' }, 'is a partition image'],
    [{ image_type: 'tape' }, 'Invalid image_type "tape"'],
  ] as const) {
    await expect(images.check((await addNode(given)).operationId)).rejects.toThrow(text);
  }
  expect(server.requests).toEqual([]);
});
