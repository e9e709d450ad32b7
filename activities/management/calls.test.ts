import { IpmiClient } from 'ipmi-client';
import { SimulatedBmc, type ChassisAction } from 'ipmi-client/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CallsOf } from '#domain/node-calls.js';
import { addSubject, startDatabase, type Subject, type TestDatabase } from '../testing/database.js';
import { createManagementCalls } from './calls.js';
import { fakeManagement } from './fake.js';
import { ipmiManagement } from './ipmitool.js';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

let rows: TestDatabase;
let bmc: SimulatedBmc;
let port: number;
let client: IpmiClient;
let calls: CallsOf<'management'>;
const controlled: ChassisAction[] = [];

beforeAll(async () => {
  rows = await startDatabase();
});
afterAll(() => rows.stop());

beforeEach(async () => {
  controlled.length = 0;
  bmc = new SimulatedBmc({
    users: [{ name: 'admin', password: 'geheim', privilege: 'administrator' }],
    hardware: { isPoweredOn: () => true, control: (action) => void controlled.push(action) },
  });
  ({ port } = await bmc.listen());
  client = new IpmiClient({ retryMs: 50 });
  calls = createManagementCalls({
    ...rows,
    implementations: { fake: fakeManagement, ipmitool: ipmiManagement(client) },
    deadlineMs: 500,
  });
});

afterEach(async () => {
  await client.close();
  await bmc.close();
});

function addNode(node: object = {}): Promise<Subject> {
  return addSubject(rows.database, {
    driverInfo: {
      ipmi_address: '127.0.0.1',
      ipmi_port: port,
      ipmi_username: 'admin',
      ipmi_password: rows.secrets.seal('geheim'),
    },
    ...node,
  });
}

const fake = { driver: 'fake-hardware', managementInterface: 'fake' };

test('the boot device is read and changed in Ironic’s words', async () => {
  const { uuid } = await addNode();
  expect(await calls.readBootDevice(uuid)).toEqual({ boot_device: null, persistent: null });
  await calls.changeBootDevice(uuid, 'cdrom', true);
  expect(await calls.readBootDevice(uuid)).toEqual({ boot_device: 'cdrom', persistent: true });
  await expect(calls.changeBootDevice(uuid, 'floppy', false)).rejects.toMatchObject({
    type: 'NodeInvalid',
    message: 'Invalid boot device floppy specified; use one of: pxe, disk, cdrom, bios, safe.',
  });
});

describe('an NMI', () => {
  test('is the chassis control "diagnostic interrupt", sent once', async () => {
    const { uuid } = await addNode();
    await calls.injectNmi(uuid);
    expect(controlled).toEqual(['nmi']);
  });

  test('whose answer is lost is not sent again and says what to look at', async () => {
    const { uuid } = await addNode();
    await calls.readBootDevice(uuid);
    bmc.faults = { dropResponses: 1 };
    await expect(calls.injectNmi(uuid)).rejects.toMatchObject({
      type: 'BmcUnreachable',
      message: expect.stringMatching(/may have been injected; look at the machine's console/),
    });
    expect(controlled).toEqual(['nmi']);
  });

  test('is refused where the interface has none', async () => {
    const { uuid } = await addNode(fake);
    await expect(calls.injectNmi(uuid)).rejects.toMatchObject({
      type: 'NodeInvalid',
      message: expect.stringContaining(
        'Driver fake-hardware does not support inject_nmi (disabled or not implemented)',
      ),
    });
  });
});

test('the fake indicators are on, and others are named as unknown', async () => {
  const { uuid } = await addNode(fake);
  expect(Object.keys(await calls.readIndicators(uuid))).toEqual(['chassis', 'system']);
  expect(await calls.readIndicator(uuid, 'system', 'led')).toBe('on');
  await expect(calls.readIndicator(uuid, 'system', 'nope')).rejects.toThrow('Invalid indicator nope specified');
  await expect(calls.readIndicator(uuid, 'nope', 'led')).rejects.toThrow('Invalid component nope specified');
});

test('what an implementation sets is on the node afterwards', async () => {
  const set: unknown[] = [];
  const able = createManagementCalls({
    ...rows,
    implementations: {
      fake: {
        ...fakeManagement,
        setBootMode: async (_node, mode) => void set.push(mode),
        setSecureBoot: async (_node, on) => void set.push(on),
        virtualMedia: {
          read: async () => [],
          attach: async (_node, media) => void set.push(media),
          detach: async (_node, devices) => void set.push(devices),
        },
      },
    },
  });
  const { uuid } = await addNode(fake);
  await able.changeBootMode(uuid, 'bios');
  await able.changeSecureBoot(uuid, false);
  await able.attachVirtualMedia(uuid, 'cdrom', rows.secrets.seal('http://user:pass@x/y.iso'), 'http');
  await able.detachVirtualMedia(uuid, null);
  expect(set).toEqual(['bios', false, { device: 'cdrom', url: 'http://user:pass@x/y.iso', source: 'http' }, null]);
  expect(await rows.database.node.findUnique({ where: { uuid } })).toMatchObject({
    bootMode: 'bios',
    secureBoot: false,
  });
});
