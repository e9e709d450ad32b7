import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../../../test/support/api.js';
import { ask, type Reply } from '../../../../test/support/ask.js';

let api: TestApi;
let uuid: string;
let nodeId: number;

beforeAll(async () => {
  api = await startTestApi();
}, 120_000);

afterAll(() => api.stop());

beforeEach(async () => {
  await api.database.node.deleteMany();
  ({ uuid } = (await call('POST', '', { driver: 'fake-hardware', name: 'n' })).body as { uuid: string });
  ({ id: nodeId } = await api.database.node.findUniqueOrThrow({ where: { uuid } }));
});

function call(method: string, path: string, body?: unknown, minor?: number): Promise<Reply> {
  return ask(api.url, method, `/v1/nodes${path}`, body, minor);
}

describe('BIOS settings', () => {
  const links = expect.any(Array);
  const times = { created_at: expect.any(String), updated_at: null };
  beforeEach(async () => {
    const data = { nodeId, name: 'virtualization', value: 'on', attributeType: 'Enumeration', allowableValues: ['on'] };
    await api.database.biosSetting.create({ data });
  });

  test('are listed with name and value, with all fields or with those asked for', async () => {
    const short = { ...times, name: 'virtualization', value: 'on', links };
    expect((await call('GET', '/n/bios')).body).toEqual({ bios: [short] });
    expect((await call('GET', '/n/bios', undefined, 40)).body).toEqual({ bios: [short] });
    expect((await call('GET', '/n/bios?detail=true')).body).toEqual({
      bios: [
        {
          ...short,
          attribute_type: 'Enumeration',
          allowable_values: ['on'],
          lower_bound: null,
          max_length: null,
          min_length: null,
          read_only: null,
          reset_required: null,
          unique: null,
          upper_bound: null,
        },
      ],
    });
    expect((await call('GET', '/n/bios?fields=value')).body).toEqual({ bios: [{ ...times, value: 'on', links }] });
  });

  test('are shown one by one, from 1.74 on with their registry', async () => {
    expect((await call('GET', '/n/bios/virtualization', undefined, 73)).body).toEqual({
      virtualization: { ...times, name: 'virtualization', value: 'on', links },
    });
    expect((await call('GET', '/n/bios/virtualization')).body).toMatchObject({
      virtualization: { attribute_type: 'Enumeration', read_only: null },
    });
    expect(await call('GET', '/n/bios/nope')).toMatchObject({
      status: 404,
      fault: `Node ${uuid} doesn't have a BIOS setting 'nope'`,
    });
  });
});

test('firmware components show who made them from 1.114 on', async () => {
  const data = { nodeId, component: 'bmc', initialVersion: '1', currentVersion: '2', vendor: 'Acme' };
  await api.database.firmwareComponent.create({ data });
  const old = {
    component: 'bmc',
    initial_version: '1',
    current_version: '2',
    last_version_flashed: null,
    created_at: expect.any(String),
    updated_at: null,
  };
  expect((await call('GET', '/n/firmware', undefined, 113)).body).toEqual({ firmware: [old] });
  expect((await call('GET', '/n/firmware')).body).toEqual({
    firmware: [{ ...old, vendor: 'Acme', model: null, serial_number: null }],
  });
  expect((await call('GET', '/n/firmware?fields=component')).body).toEqual({
    firmware: [{ component: 'bmc', created_at: expect.any(String), updated_at: null }],
  });
});

test('the inventory is what inspection found', async () => {
  expect(await call('GET', '/n/inventory')).toMatchObject({ status: 404 });
  await api.database.nodeInventory.create({ data: { nodeId, inventory: { cpu: { count: 4 } }, pluginData: { a: 1 } } });
  expect((await call('GET', '/n/inventory')).body).toEqual({
    inventory: { cpu: { count: 4 } },
    plugin_data: { a: 1 },
  });
});

test('a RAID target is kept until an empty one takes it away', async () => {
  const target = { logical_disks: [{ size_gb: 100, raid_level: '1' }] };
  expect((await call('PUT', '/n/states/raid', target)).status).toBe(204);
  expect((await call('GET', '/n/states')).body).toMatchObject({ target_raid_config: target });
  expect((await call('PUT', '/n/states/raid', {})).status).toBe(204);
  expect((await call('GET', '/n/states')).body).toMatchObject({ target_raid_config: {} });
});

describe('VIFs of a node on a flat network', () => {
  const address = (last: string): string => `52:54:00:00:00:${last}`;
  let port: string;

  beforeEach(async () => {
    await api.database.node.update({ where: { id: nodeId }, data: { networkInterface: 'flat' } });
    port = randomUUID();
    await api.database.port.create({ data: { uuid: randomUUID(), nodeId, address: address('01'), pxeEnabled: false } });
    await api.database.port.create({ data: { uuid: port, nodeId, address: address('02') } });
  });

  test('are attached, listed and detached', async () => {
    expect((await call('POST', '/n/vifs', { id: 'net-a' })).status).toBe(204);
    const row = await api.database.port.findUniqueOrThrow({ where: { uuid: port } });
    expect(row.internalInfo).toEqual({ tenant_vif_port_id: 'net-a' });
    expect((await call('GET', '/n/vifs')).body).toEqual({ vifs: [{ id: 'net-a' }] });
    expect((await call('DELETE', '/n/vifs/net-a')).status).toBe(204);
    expect((await call('GET', '/n/vifs')).body).toEqual({ vifs: [] });
  });

  test('are refused twice and without a free port; last_error and history tell it', async () => {
    await call('POST', '/n/vifs', { id: 'net-a' });
    expect(await call('POST', '/n/vifs', { id: 'net-a' })).toMatchObject({
      status: 409,
      fault: `Unable to attach VIF because VIF net-a is already attached to Ironic Port ${port}`,
    });
    await call('POST', '/n/vifs', { id: 'net-b' });
    expect(await call('POST', '/n/vifs', { id: 'net-c' })).toMatchObject({
      status: 400,
      fault: 'Unable to attach VIF net-c, not enough free physical ports.',
    });
    expect(await call('DELETE', '/n/vifs/net-c')).toMatchObject({
      status: 400,
      fault: `Unable to detach VIF net-c from node ${uuid} because it is not attached to it.`,
    });
    const { lastError } = await api.database.node.findUniqueOrThrow({ where: { uuid } });
    expect(lastError).toBe(
      `Failed to detach VIF net-c from node ${uuid}, Error: Unable to detach VIF net-c from node ${uuid} because it ` +
        'is not attached to it.',
    );
    expect(await api.database.nodeHistory.count({ where: { nodeId } })).toBe(3);
  });
});

test('a path below a node that names nothing is a field that does not exist, whatever the word', async () => {
  for (const word of ['nothing', 'constructor', 'toString', '__proto__']) {
    expect(await call('GET', `/n/${word}`)).toMatchObject({
      status: 400,
      fault: expect.stringContaining('not a valid field'),
    });
  }
});
