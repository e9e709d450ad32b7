import { ApplicationFailure } from '@temporalio/common';
import { WorkflowFailedError } from '@temporalio/client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../../../test/support/api.js';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
}, 120_000);

afterAll(() => api.stop());

beforeEach(async () => {
  await api.database.node.deleteMany();
  api.callAnswer = () => null;
});

interface Reply {
  readonly status: number;
  readonly body: unknown;
  /** The text of an error, unpacked as clients do. */
  readonly fault: string;
}

async function call(method: string, path: string, body?: unknown, version = '1.115'): Promise<Reply> {
  const response = await fetch(`${api.url}/v1/nodes${path}`, {
    method,
    headers: { 'X-OpenStack-Ironic-API-Version': version, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const parsed: { error_message?: string } | null = text === '' ? null : JSON.parse(text);
  const inner: { faultstring?: string } = JSON.parse(parsed?.error_message ?? '{}');
  return { status: response.status, body: parsed, fault: inner.faultstring ?? '' };
}

async function newNode(fields: object = {}): Promise<string> {
  const { status, body } = await call('POST', '', { driver: 'fake-hardware', name: 'n', ...fields });
  expect(status).toBe(201);
  const { uuid } = body as { uuid: string };
  return uuid;
}

const ipmi = { driver: 'ipmi', driver_info: { ipmi_address: '192.0.2.1', ipmi_password: 'geheim' } };
const redfish = { driver: 'redfish', driver_info: { redfish_address: 'https://192.0.2.1' } };

/** The newest call to hardware. */
function lastCall(): readonly [type: string, argument: unknown] | undefined {
  return api.calls.at(-1);
}

async function nodeRow(uuid: string) {
  return api.database.node.findUniqueOrThrow({ where: { uuid } });
}

/** Somebody works on the node. */
async function lock(uuid: string): Promise<void> {
  const { id } = await nodeRow(uuid);
  await api.database.node.update({ where: { uuid }, data: { provisionState: 'deploying' } });
  const operation = { id: uuid, nodeId: id, number: 1, class: 'provision', type: 'deploy', status: 'running' };
  await api.database.operation.create({ data: operation });
}

describe('a call that the client waits for', () => {
  test('says where it runs and gives the result', async () => {
    const uuid = await newNode(ipmi);
    api.callAnswer = () => ({ boot_device: 'pxe', persistent: true });
    expect((await call('GET', '/n/management/boot_device')).body).toEqual({ boot_device: 'pxe', persistent: true });
    expect(lastCall()).toEqual([
      'callNode',
      {
        nodeUuid: uuid,
        conductorGroup: '',
        implementation: 'ipmitool',
        activity: 'management.readBootDevice',
        args: [],
      },
    ]);
  });

  test('is 400 with the reason when hardware or driver refuse, 503 when they may answer later', async () => {
    await newNode(ipmi);
    const failed = (failure: ApplicationFailure) => () => {
      throw new WorkflowFailedError('failed', failure, 'NON_RETRYABLE_FAILURE');
    };
    api.callAnswer = failed(ApplicationFailure.nonRetryable('The BMC refused the password; correct it.'));
    expect(await call('PUT', '/n/management/inject_nmi', {})).toMatchObject({
      status: 400,
      fault: 'The BMC refused the password; correct it.',
    });
    api.callAnswer = failed(ApplicationFailure.retryable('The BMC is silent.'));
    expect(await call('PUT', '/n/management/inject_nmi', {})).toMatchObject({
      status: 503,
      fault: 'The BMC is silent.',
    });
  });

  test('is 503 in Ironic’s words without Temporal', async () => {
    await newNode();
    api.callAnswer = undefined;
    const { status, fault } = await call('GET', '/n/management/indicators');
    expect(status).toBe(503);
    expect(fault).toMatch(/^Requested action cannot be performed due to lack of free conductor workers/);
  });

  test('is refused where driver_info leads to no BMC, or the interface cannot do it, without any flow', async () => {
    await newNode({ ...ipmi, driver_info: {} });
    const before = api.calls.length;
    expect(await call('PUT', '/n/management/inject_nmi', {})).toMatchObject({
      status: 400,
      fault: "Missing the following IPMI credentials in node's driver_info: ['ipmi_address'].",
    });
    expect((await call('GET', '/n/management/indicators')).fault).toBe(
      'Driver ipmi does not support get_supported_indicators (disabled or not implemented).',
    );
    expect(api.calls.length).toBe(before);
  });
});

describe('while somebody works on the node', { timeout: 30_000 }, () => {
  test('calls that need its lock are 409, others work', async () => {
    const uuid = await newNode();
    await lock(uuid);
    api.callAnswer = () => ({});
    const locked = await Promise.all([
      call('GET', '/n/management/boot_device'),
      call('PUT', '/n/management/boot_device', { boot_device: 'pxe' }),
      call('GET', '/n/management/indicators/led@system'),
      call('POST', '/n/vendor_passthru/second_method', { bar: 'x' }),
      call('PUT', '/n/states/raid', {}),
      call('PUT', '/n/states/console', { enabled: true }),
      call('POST', '/n/vifs', { id: 'v' }),
      call('POST', '/n/vmedia', { device_type: 'cdrom', image_url: 'http://x/y' }),
    ]);
    expect(new Set(locked.map(({ status, fault }) => `${status} ${fault}`))).toEqual(
      new Set([`409 Node ${uuid} is locked by host localhost, please retry after the current operation is completed.`]),
    );
    const free = await Promise.all([
      call('GET', '/n/management/indicators'),
      call('GET', '/n/management/boot_device/supported'),
      call('GET', '/n/states/console'),
      call('GET', '/n/vifs'),
      call('POST', '/n/vendor_passthru/fourth_method_shared_lock', { bar: 'woof' }),
    ]);
    expect(free.map(({ status }) => status)).toEqual([200, 200, 200, 200, 202]);
  });

  test('boot mode and secure boot are in conflict with the state', async () => {
    await lock(await newNode());
    expect(await call('PUT', '/n/states/boot_mode', { target: 'uefi' })).toMatchObject({
      status: 409,
      fault: expect.stringContaining('Node is in deploying state'),
    });
    expect((await call('PUT', '/n/states/secure_boot', { target: true })).status).toBe(409);
  });
});

describe('a change that the client does not wait for', () => {
  test('is started with how its failure is told, and an old last_error goes', async () => {
    const uuid = await newNode(redfish);
    await api.database.node.update({ where: { uuid }, data: { lastError: 'old' } });
    expect((await call('PUT', '/n/states/boot_mode', { target: 'bios' })).status).toBe(202);
    expect(lastCall()).toEqual([
      'changeNode',
      {
        call: expect.objectContaining({ activity: 'management.changeBootMode', args: ['bios'] }),
        failure: { text: "Failed to change boot mode to 'bios'", historyType: null },
      },
    ]);
    expect((await nodeRow(uuid)).lastError).toBeNull();
  });

  test('that the driver cannot do starts nothing; last_error and history tell it', async () => {
    const uuid = await newNode(ipmi);
    const before = api.calls.length;
    expect((await call('PUT', '/n/states/secure_boot', { target: 'off' })).status).toBe(202);
    expect((await nodeRow(uuid)).lastError).toBe(
      "Failed to change secure_boot state to 'False': Driver ipmi does not support set_secure_boot_state " +
        '(disabled or not implemented).',
    );
    expect((await call('DELETE', '/n/vmedia?device_types=cdrom')).status).toBe(204);
    const told =
      `Could not detach device(s) ['cdrom'] from node ${uuid}: Driver ipmi does not support detach_virtual_media ` +
      '(disabled or not implemented).';
    expect((await nodeRow(uuid)).lastError).toBe(told);
    expect((await call('GET', '/n/history?detail=true')).body).toMatchObject({
      history: [{ event: told, event_type: 'UNKNOWN', severity: 'ERROR', conductor: 'localhost' }],
    });
    expect(api.calls.length).toBe(before);
  });

  test('is 503 while the BMC is known not to answer', async () => {
    const uuid = await newNode(redfish);
    await api.database.node.update({ where: { uuid }, data: { maintenance: true, fault: 'power failure' } });
    expect(await call('DELETE', '/n/vmedia')).toMatchObject({
      status: 503,
      fault: `Unable to detach virtual media for node ${uuid} due to power failure state`,
    });
  });
});

describe('the console', () => {
  test('is started once, and said to run by the row', async () => {
    const uuid = await newNode();
    expect((await call('PUT', '/n/states/console', { enabled: true })).status).toBe(202);
    expect(lastCall()).toMatchObject(['changeNode', { call: { activity: 'console.start', implementation: 'fake' } }]);
    await api.database.node.update({ where: { uuid }, data: { consoleEnabled: true } });
    const before = api.calls.length;
    expect((await call('PUT', '/n/states/console', { enabled: true })).status).toBe(202);
    expect(api.calls.length).toBe(before);
    api.callAnswer = () => ({ type: 'socat', url: 'tcp://x:1' });
    expect((await call('GET', '/n/states/console')).body).toEqual({
      console_enabled: true,
      console_info: { type: 'socat', url: 'tcp://x:1' },
    });
  });

  test('that no worker can start is refused with a sentence', async () => {
    const driverInfo = { ...ipmi.driver_info, ipmi_terminal_port: 8000 };
    await newNode({ driver: 'ipmi', driver_info: driverInfo, console_interface: 'ipmitool-socat' });
    expect(await call('PUT', '/n/states/console', { enabled: true })).toMatchObject({
      status: 400,
      fault: expect.stringMatching(/^Console interface ipmitool-socat cannot be started/),
    });
    expect((await call('PUT', '/n/states/console', { enabled: false })).status).toBe(202);
  });
});

describe('vendor methods', () => {
  test('keep their arguments sealed on the way, as virtual media keep their URL', async () => {
    await newNode({ ...ipmi, vendor_interface: 'ipmitool' });
    expect((await call('POST', '/n/vendor_passthru/send_raw', { raw_bytes: '0x06 0x47 geheim' })).status).toBe(202);
    const [, argument] = lastCall() ?? [];
    expect(argument).toMatchObject({ call: { activity: 'vendor.call', args: ['send_raw', expect.any(String)] } });
    expect(JSON.stringify(argument)).not.toContain('geheim');
    const { call: asked } = argument as { call: { args: [string, string] } };
    expect(JSON.parse(api.secrets.open(asked.args[1]))).toEqual({ raw_bytes: '0x06 0x47 geheim' });

    await api.database.node.deleteMany();
    await newNode(redfish);
    await call('POST', '/n/vmedia', { device_type: 'cdrom', image_url: 'https://user:geheim@x/y.iso' });
    expect(lastCall()).toMatchObject(['changeNode', { call: { activity: 'management.attachVirtualMedia' } }]);
    expect(JSON.stringify(lastCall())).not.toContain('geheim');
  });

  test('that are synchronous give their result', async () => {
    await newNode();
    api.callAnswer = () => false;
    expect(await call('POST', '/n/vendor_passthru?method=third_method_sync', { bar: 'x' })).toMatchObject({
      status: 200,
      body: false,
    });
  });

  test('are those of the node’s interface', async () => {
    await newNode({ ...redfish, vendor_interface: 'no-vendor' });
    expect((await call('GET', '/n/vendor_passthru/methods')).body).toEqual({});
    expect((await call('POST', '/n/vendor_passthru/send_raw', {})).fault).toBe('No handler for method send_raw');
  });
});
