import { IpmiClient } from 'ipmi-client';
import { SimulatedBmc } from 'ipmi-client/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { CallsOf } from '#domain/node-calls.js';
import { addSubject, startDatabase, type TestDatabase } from '../testing/database.js';
import { fakeVendor } from './fake.js';
import { createVendorCalls } from './index.js';
import { ipmiVendor } from './ipmitool.js';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

let rows: TestDatabase;
let bmc: SimulatedBmc;
let client: IpmiClient;
let vendor: CallsOf<'vendor'>;
let uuid: string;

beforeAll(async () => {
  rows = await startDatabase();
});
afterAll(() => rows.stop());

beforeEach(async () => {
  bmc = new SimulatedBmc({
    users: [{ name: 'admin', password: 'geheim', privilege: 'administrator' }],
    hardware: { isPoweredOn: () => true, control: () => {} },
  });
  const { port } = await bmc.listen();
  client = new IpmiClient({ retryMs: 50 });
  vendor = createVendorCalls({
    ...rows,
    implementations: { fake: fakeVendor, ipmitool: ipmiVendor(client) },
    deadlineMs: 500,
  });
  const driverInfo = {
    ipmi_address: '127.0.0.1',
    ipmi_port: port,
    ipmi_username: 'admin',
    ipmi_password: rows.secrets.seal('geheim'),
  };
  ({ uuid } = await addSubject(rows.database, { driverInfo, vendorInterface: 'ipmitool' }));
});

afterEach(async () => {
  await client.close();
  await bmc.close();
});

/** Calls a method with arguments sealed as the API seals them. */
function call(nodeUuid: string, method: string, args: object): Promise<unknown> {
  return vendor.call(nodeUuid, method, rows.secrets.seal(JSON.stringify(args)));
}

test('raw bytes reach the BMC as they are given', async () => {
  await call(uuid, 'send_raw', { raw_bytes: '0x00 0x08 0x03 8' });
  expect(bmc.commands.at(-1)).toMatchObject({ name: 'Set System Boot Options', data: '0308' });
});

test.for(['', '0x06', 'zz 1', '0x06 256', '0x07 1', '0x00,0x01'])('%j is no raw request', async (raw) => {
  const before = bmc.commands.length;
  await expect(call(uuid, 'send_raw', { raw_bytes: raw })).rejects.toMatchObject({
    type: 'NodeInvalid',
    message: expect.stringContaining('raw_bytes is not a request to a BMC'),
  });
  expect(bmc.commands.length).toBe(before);
});

test.for([
  [{}, 0x03],
  [{ warm: 'yes' }, 0x03],
  [{ warm: false }, 0x02],
] as const)('a reset of the BMC with %j is command %i', async ([args, command]) => {
  // This BMC cannot be reset; what was asked of it is what counts.
  await expect(call(uuid, 'bmc_reset', args)).rejects.toMatchObject({ type: 'BmcUnsupported' });
  expect(bmc.commands.at(-1)).toMatchObject({ netFn: 0x06, command });
});

test('a method whose answer is lost is called once, and says that it may have been done', async () => {
  await call(uuid, 'send_raw', { raw_bytes: '0x06 0x01' });
  const before = bmc.commands.length;
  bmc.faults = { dropResponses: 1 };
  await expect(call(uuid, 'send_raw', { raw_bytes: '0x06 0x01' })).rejects.toMatchObject({
    type: 'BmcUnreachable',
    message: expect.stringContaining('may have been done'),
  });
  expect(bmc.commands.length).toBe(before + 1);
});

test('the fake methods compare their word', async () => {
  const { uuid: fake } = await addSubject(rows.database, { driver: 'fake-hardware', vendorInterface: 'fake' });
  expect(await call(fake, 'third_method_sync', { bar: 'meow' })).toBe(true);
  expect(await call(fake, 'third_method_sync', { bar: 'x' })).toBe(false);
  expect(await call(fake, 'log_passthrough', {})).toBeNull();
  await expect(call(fake, 'toString', {})).rejects.toThrow('No handler for method toString');
});
