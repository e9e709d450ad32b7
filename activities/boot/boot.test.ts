import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { BootActivities } from '#activities/contract.js';
import { startFileServer, type FileServer } from '../../test/support/file-server.js';
import { addSubject, startDatabase, timelineOf, type Subject, type TestDatabase } from '../testing/database.js';
import { fakeBoot } from './fake.js';
import { createBootActivities } from './index.js';
import { ipxeBoot } from './ipxe.js';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

let rows: TestDatabase;
let files: FileServer;
let boot: BootActivities;

beforeAll(async () => {
  rows = await startDatabase();
});
afterAll(() => rows.stop());

const kernelBytes = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(100_000)]);
const ramdiskBytes = Buffer.concat([Buffer.from('1f8b', 'hex'), Buffer.alloc(100_000)]);

beforeEach(async () => {
  files = await startFileServer({ '/kernel': kernelBytes, '/ramdisk': ramdiskBytes });
  boot = createBootActivities({
    ...rows,
    implementations: { fake: fakeBoot, ipxe: ipxeBoot({ apiUrl: 'http://api.example:6385/' }) },
  });
});
afterEach(() => files.stop());

async function addNode(
  node: { driverInfo?: object; instanceInfo?: object; driverInternalInfo?: object } = {},
  operation: object = {},
): Promise<Subject> {
  const { driverInfo, ...rest } = node;
  const subject = await addSubject(
    rows.database,
    {
      driverInfo: { deploy_kernel: `${files.url}/kernel`, deploy_ramdisk: `${files.url}/ramdisk`, ...driverInfo },
      ...rest,
    },
    operation,
  );
  await addPort(subject);
  return subject;
}

async function addPort({ nodeId }: Subject, pxeEnabled = true): Promise<void> {
  await rows.database.port.create({
    data: { uuid: crypto.randomUUID(), nodeId, address: crypto.randomUUID().slice(0, 17), pxeEnabled },
  });
}

describe('before the machine is touched', () => {
  test('kernel and ramdisk are looked at by their first bytes only', async () => {
    const { operationId } = await addNode();
    await boot.validate(operationId);
    expect(files.requests.toSorted()).toEqual(['GET /kernel bytes=0-1023', 'GET /ramdisk bytes=0-1023']);
  });

  test('a kernel and a ramdisk that were swapped are refused', async () => {
    const { uuid, operationId } = await addNode({
      driverInfo: { deploy_kernel: `${files.url}/ramdisk`, deploy_ramdisk: `${files.url}/kernel` },
    });
    await expect(boot.validate(operationId)).rejects.toMatchObject({
      type: 'NodeInvalid',
      message: `Node ${uuid}: deploy_kernel is a ramdisk and deploy_ramdisk is a kernel; swap driver_info/deploy_kernel and driver_info/deploy_ramdisk.`,
    });
  });

  test('the same file twice and a page instead of a file are refused', async () => {
    const twice = await addNode({ driverInfo: { deploy_ramdisk: `${files.url}/kernel` } });
    await expect(boot.validate(twice.operationId)).rejects.toThrow(`deploy_ramdisk (${files.url}/kernel) is a kernel`);
    files.files['/kernel'] = Buffer.from('<html>please log in</html>');
    const page = await addNode();
    await expect(boot.validate(page.operationId)).rejects.toThrow(`deploy_kernel (${files.url}/kernel) is a web page`);
  });

  test('a file that is not there is a mistake, a server that fails may get well', async () => {
    const { uuid, operationId } = await addNode();
    files.files['/kernel'] = 404;
    await expect(boot.validate(operationId)).rejects.toMatchObject({
      type: 'NodeInvalid',
      message: `deploy_kernel of node ${uuid}: ${files.url}/kernel answers GET with HTTP 404; correct driver_info/deploy_kernel or the web server.`,
    });
    files.files['/kernel'] = 503;
    await expect(boot.validate(operationId)).rejects.toMatchObject({ type: 'ImageUnreachable', retryable: true });
    await files.stop();
    await expect(boot.validate(operationId)).rejects.toMatchObject({
      type: 'ImageUnreachable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('credentials in an address are used and not told', async () => {
    let seen: string | undefined;
    files.files['/secret'] = (request, response) => {
      seen = request.headers.authorization;
      response.writeHead(404).end();
    };
    const address = `${files.url.replace('http://', 'http://user:geheim@')}/secret?token=vertraulich`;
    const { operationId } = await addNode({ driverInfo: { deploy_kernel: address } });
    const error: unknown = await boot.validate(operationId).catch((reason: unknown) => reason);
    expect(seen).toBe(`Basic ${Buffer.from('user:geheim').toString('base64')}`);
    expect(String(error)).toContain('/secret answers');
    expect(String(error)).not.toMatch(/geheim|vertraulich/);
  });

  test('files on this machine are looked at too', async () => {
    const { operationId } = await addNode({ driverInfo: { deploy_kernel: 'file:///nowhere/vmlinuz' } });
    await expect(boot.validate(operationId)).rejects.toThrow('cannot be read on this worker');
  });

  test('missing files are named in Ironic’s words', async () => {
    const { operationId } = await addNode({ driverInfo: { deploy_kernel: '', deploy_ramdisk: '' } });
    await expect(boot.validate(operationId)).rejects.toThrow(
      "Cannot validate PXE bootloader. Some parameters were missing in node's driver_info and configuration. Missing are: ['deploy_kernel', 'deploy_ramdisk']",
    );
  });

  test('a node that no machine could boot as is refused', async () => {
    const bare = await addSubject(rows.database);
    await expect(boot.validate(bare.operationId)).rejects.toThrow(
      `Node ${bare.uuid} does not have any port associated with it`,
    );
    await addPort(bare, false);
    await expect(boot.validate(bare.operationId)).rejects.toThrow('has no port with pxe_enabled');
  });
});

describe('preparing the ramdisk', () => {
  function bootsOf({ nodeId }: Subject) {
    return rows.database.boot.findMany({ where: { nodeId }, orderBy: { createdAt: 'asc' } });
  }

  test('opens a boot with a token of its own and what the machine is to fetch', async () => {
    const subject = await addNode({}, { requestId: 'req-6e8f0000-0000-4000-8000-000000000000' });
    await boot.prepareRamdisk(subject.operationId, 1);
    const [row] = await bootsOf(subject);
    expect(row).toMatchObject({
      number: 1,
      endedAt: null,
      kernel: `${files.url}/kernel`,
      ramdisk: `${files.url}/ramdisk`,
      kernelArguments:
        'nofb vga=normal ipa-api-url=http://api.example:6385 ipa-global-request-id=req-6e8f0000-0000-4000-8000-000000000000',
    });
    expect(row?.agentToken).toMatch(/^sealed:/);
    expect(rows.secrets.open(row?.agentToken ?? '')).toMatch(/^[\w-]{43}$/);
    expect(await timelineOf(rows.database, subject)).toEqual([
      `boot: boot 1 of the ramdisk prepared: kernel ${files.url}/kernel, ramdisk ${files.url}/ramdisk`,
    ]);
  });

  test('the same number again changes nothing', async () => {
    const subject = await addNode();
    await boot.prepareRamdisk(subject.operationId, 1);
    const before = await bootsOf(subject);
    await boot.prepareRamdisk(subject.operationId, 1);
    expect(await bootsOf(subject)).toEqual(before);
  });

  test('the next boot ends the one before and what was known of its agent', async () => {
    const subject = await addNode({
      driverInternalInfo: { agent_url: 'https://10.0.0.7:9999', agent_version: '13.0.0' },
    });
    await boot.prepareRamdisk(subject.operationId, 1);
    await boot.prepareRamdisk(subject.operationId, 2);
    const [first, second] = await bootsOf(subject);
    expect(first?.endedAt).toBeInstanceOf(Date);
    expect(second?.endedAt).toBeNull();
    expect(first?.agentToken).not.toBe(second?.agentToken);
    const { driverInternalInfo } = await rows.database.node.findUniqueOrThrow({ where: { id: subject.nodeId } });
    expect(driverInternalInfo).toEqual({ agent_version: '13.0.0' });
  });

  test.for([
    [{ instanceInfo: { kernel_append_params: 'console=ttyS1' } }, 'console=ttyS1 ipa-api-url=http://api.example:6385'],
    [
      { driverInfo: { kernel_append_params: '%default% console=ttyS0' } },
      'nofb vga=normal console=ttyS0 ipa-api-url=http://api.example:6385',
    ],
  ] as const)('kernel arguments of the node are kept: %j', async ([node, expected]) => {
    const subject = await addNode(node);
    await boot.prepareRamdisk(subject.operationId, 1);
    expect((await bootsOf(subject))[0]?.kernelArguments).toBe(expected);
  });

  test('kernel arguments that would break the script are refused', async () => {
    const { operationId } = await addNode({ instanceInfo: { kernel_append_params: 'a=1\nreboot' } });
    await expect(boot.prepareRamdisk(operationId, 1)).rejects.toThrow(
      'instance_info/kernel_append_params is a malformed kernel command line',
    );
  });

  test('a fake boot serves nothing but may be called from', async () => {
    const subject = await addSubject(rows.database, { bootInterface: 'fake' });
    await boot.validate(subject.operationId);
    await boot.prepareRamdisk(subject.operationId, 1);
    expect(await bootsOf(subject)).toMatchObject([{ kernel: null, ramdisk: null, endedAt: null }]);
  });

  test('cleaning up ends every boot of the node', async () => {
    const subject = await addNode();
    await boot.prepareRamdisk(subject.operationId, 1);
    await boot.cleanUpRamdisk(subject.operationId);
    await boot.cleanUpRamdisk(subject.operationId);
    expect(await bootsOf(subject)).toMatchObject([{ endedAt: expect.any(Date) }]);
  });
});
