import { IpmiClient } from 'ipmi-client';
import { SimulatedBmc, type ChassisAction } from 'ipmi-client/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ManagementActivities, PowerActivities } from '#activities/contract.js';
import { BmcUnreachable } from '#domain/errors.js';
import { withContact } from '../contact.js';
import { createManagementActivities } from '../management/index.js';
import { ipmiManagement } from '../management/ipmitool.js';
import { addSubject, startDatabase, timelineOf, type Subject, type TestDatabase } from '../testing/database.js';
import { createPowerActivities } from './index.js';
import { ipmiPower } from './ipmitool.js';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

let rows: TestDatabase;
let bmc: SimulatedBmc;
let port: number;
let client: IpmiClient;
let poweredOn: boolean;
let power: PowerActivities;
let management: ManagementActivities;
let onControl: () => void;
const controlled: ChassisAction[] = [];

beforeAll(async () => {
  rows = await startDatabase();
});
afterAll(() => rows.stop());

beforeEach(async () => {
  poweredOn = false;
  controlled.length = 0;
  onControl = () => {};
  bmc = new SimulatedBmc({
    users: [{ name: 'admin', password: 'geheim', privilege: 'administrator' }],
    hardware: {
      isPoweredOn: () => poweredOn,
      control(action) {
        controlled.push(action);
        onControl();
        poweredOn = action !== 'off' && action !== 'soft';
      },
    },
  });
  ({ port } = await bmc.listen());
  client = new IpmiClient({ retryMs: 50 });
  const timing = { changeMs: 5_000, callMs: 1_500, firstPauseMs: 5, longestPauseMs: 20 };
  power = createPowerActivities({ ...rows, implementations: { ipmitool: ipmiPower(client) }, timing });
  management = createManagementActivities({ ...rows, implementations: { ipmitool: ipmiManagement(client) } });
});

afterEach(async () => {
  await client.close();
  await bmc.close();
});

/** A node whose BMC is the simulated one. */
function addNode(driverInfo: object = {}, node: object = {}): Promise<Subject> {
  const password = rows.secrets.seal('geheim');
  return addSubject(rows.database, {
    driverInfo: {
      ipmi_address: '127.0.0.1',
      ipmi_port: port,
      ipmi_username: 'admin',
      ipmi_password: password,
      ...driverInfo,
    },
    ...node,
  });
}

test('power goes on and off over IPMI, each command once', async () => {
  const { operationId } = await addNode();
  expect(await power.verify(operationId)).toBe('power off');
  await power.on(operationId);
  await power.on(operationId);
  await power.off(operationId);
  expect(controlled).toEqual(['on', 'off']);
});

test('a port given as text is a port', async () => {
  const { operationId } = await addNode({ ipmi_port: String(port) });
  expect(await power.read(operationId)).toBe('power off');
});

test('a wrong password is told from silence, without showing either password', async () => {
  const { operationId } = await addNode({ ipmi_password: rows.secrets.seal('falsch') });
  const refused: unknown = await power.verify(operationId).catch((error: unknown) => error);
  expect(refused).toMatchObject({ type: 'BmcAuthRejected', retryable: false });
  expect(String(refused)).toContain(`127.0.0.1:${port}`);
  expect(String(refused)).not.toMatch(/falsch|geheim/);

  bmc.faults = { silent: true };
  const silence: unknown = await power.verify((await addNode()).operationId).catch((error: unknown) => error);
  expect(silence).toMatchObject({ type: 'BmcUnreachable', retryable: true });
  expect(String(silence)).toContain(`127.0.0.1:${port}`);
});

test('a busy BMC and one without sessions ask for patience', async () => {
  bmc.faults = { completionCode: { command: 'Get Chassis Status', code: 0xc0 } };
  await expect(power.read((await addNode()).operationId)).rejects.toMatchObject({ type: 'BmcBusy', retryable: true });
  bmc.faults = { refuseSessions: 0x01 };
  bmc.dropSessions();
  const crowded = await addNode({ ipmi_priv_level: 'OPERATOR' });
  await expect(power.read(crowded.operationId)).rejects.toMatchObject({
    type: 'BmcSessionsExhausted',
    retryable: true,
  });
});

test('a reset whose answer is lost is not sent twice', async () => {
  poweredOn = true;
  onControl = () => {
    bmc.faults = { dropResponses: 1 };
  };
  const subject = await addNode();
  await power.reset(subject.operationId);
  expect(controlled).toEqual(['reset']);
  expect(await timelineOf(rows.database, subject)).toContain(
    'bmc: the answer to the reset was lost; power is on and the reset is not repeated',
  );
});

describe('driver_info that cannot be used names its field', () => {
  test.for([
    [{ ipmi_address: '' }, "Missing the following IPMI credentials in node's driver_info: ['ipmi_address']"],
    [{ ipmi_port: 70_000 }, 'ipmi_port "70000" is not a valid port'],
    [{ ipmi_priv_level: 'ROOT' }, 'Invalid privilege level value:ROOT'],
    [{ ipmi_protocol_version: '1.5' }, 'IPMI protocol version 1.5 is not supported'],
    [{ ipmi_bridging: 'single' }, 'bridged IPMI (single) is not supported'],
    [{ ipmi_cipher_suite: 'best' }, 'ipmi_cipher_suite "best" is not a number'],
    [{ ipmi_hex_kg_key: 'abc' }, 'Number of ipmi_hex_kg_key characters is not even'],
  ] as const)('%j', async ([driverInfo, text]) => {
    const { operationId } = await addNode(driverInfo);
    await expect(power.read(operationId)).rejects.toMatchObject({
      type: 'NodeInvalid',
      message: expect.stringContaining(text),
    });
  });
});

describe('boot device', () => {
  test('for the network is set once, in UEFI mode unless the node says otherwise', async () => {
    const subject = await addNode();
    await management.setBootDevice(subject.operationId, 'pxe', false);
    expect(bmc.bootFlags).toMatchObject({ valid: true, device: 'pxe', efi: true, persistent: false });
    expect(await timelineOf(rows.database, subject)).toEqual([
      `bmc: boot device pxe (UEFI, next boot only) set on BMC 127.0.0.1:${port}`,
    ]);

    const bios = await addNode({}, { properties: { capabilities: 'boot_mode:bios,disk_label:gpt' } });
    await management.setBootDevice(bios.operationId, 'disk', true);
    expect(bmc.bootFlags).toMatchObject({ device: 'disk', efi: false, persistent: true });
  });

  test('follows the vendors that read the specification in their own way', async () => {
    const supermicro = await addNode({}, { properties: { vendor: 'Supermicro' } });
    await management.setBootDevice(supermicro.operationId, 'disk', true);
    expect(bmc.bootFlags).toMatchObject({ device: 'remote-media' });
    const before = bmc.commands.length;
    const lenovo = await addNode({}, { properties: { vendor: 'Lenovo' } });
    await management.setBootDevice(lenovo.operationId, 'disk', true);
    expect(bmc.commands.length).toBe(before);
  });

  test('obeys force_persistent_boot_device', async () => {
    const always = await addNode({ force_persistent_boot_device: 'Always' });
    await management.setBootDevice(always.operationId, 'pxe', false);
    expect(bmc.bootFlags).toMatchObject({ persistent: true });
    const never = await addNode({ force_persistent_boot_device: 'Never' });
    await management.setBootDevice(never.operationId, 'disk', true);
    expect(bmc.bootFlags).toMatchObject({ persistent: false });
  });

  test('that cannot be set is no failure at the end of a deploy in UEFI mode, and one in BIOS mode', async () => {
    bmc.faults = { completionCode: { command: 'Set System Boot Options', code: 0xc1 } };
    const uefi = await addNode();
    await management.setBootDevice(uefi.operationId, 'disk', true);
    expect(await timelineOf(rows.database, uefi)).toEqual([
      expect.stringContaining('boot device disk not set, the machine keeps its own UEFI order'),
    ]);
    await expect(management.setBootDevice(uefi.operationId, 'pxe', false)).rejects.toMatchObject({
      type: 'BmcUnsupported',
    });
    const bios = await addNode({}, { instanceInfo: { capabilities: { boot_mode: 'bios' } } });
    await expect(management.setBootDevice(bios.operationId, 'disk', true)).rejects.toMatchObject({
      type: 'BmcUnsupported',
    });
  });

  test('is retried while the BMC is silent, and let be when it stays silent', async () => {
    const silent = new BmcUnreachable('BMC 192.0.2.7:623 is silent');
    const deaf = createManagementActivities({
      ...rows,
      implementations: { ipmitool: { ...ipmiManagement(client), setBootDevice: () => Promise.reject(silent) } },
    });
    const { operationId } = await addNode();
    await expect(deaf.setBootDevice(operationId, 'disk', true)).rejects.toBe(silent);
    const last = withContact({ isFinal: () => true }, () => deaf.setBootDevice(operationId, 'disk', true));
    await expect(last).resolves.toBeUndefined();
  });
});
