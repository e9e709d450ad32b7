import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../../../test/support/api.js';
import { ask, type Reply } from '../../../../test/support/ask.js';

let api: TestApi;
let node: string;
let addresses = 0;

beforeAll(async () => {
  api = await startTestApi();
}, 120_000);

afterAll(async () => {
  await api.stop();
});

beforeEach(async () => {
  await api.database.port.deleteMany();
  await api.database.node.deleteMany();
  node = await created('/v1/nodes', { driver: 'fake-hardware' });
});

function call(method: string, path: string, body?: unknown, minor?: number): Promise<Reply> {
  return ask(api.url, method, path, body, minor);
}

async function created(path: string, body: object): Promise<string> {
  const reply = await call('POST', path, body);
  expect(reply.fault).toBe('');
  return String(reply.body['uuid']);
}

function newPort(body: object): Promise<Reply> {
  const address = `52:54:00:00:00:${(addresses++).toString(16).padStart(2, '0')}`;
  return call('POST', '/v1/ports', { address, node_uuid: node, ...body });
}

const group = (body: object = {}) => created('/v1/portgroups', { node_uuid: node, ...body });
const set = (path: string, value: unknown) => ({ op: 'replace', path, value });
const change = (path: string, ...patch: object[]) => call('PATCH', path, patch);

/** What only a network interface that knows networks asks. */
async function useFlatNetwork(): Promise<void> {
  await api.database.node.update({ where: { uuid: node }, data: { networkInterface: 'flat' } });
}

describe('the physical network of a portgroup', () => {
  test('is that of its first member', async () => {
    const uuid = await group();
    expect((await newPort({ portgroup_uuid: uuid, physical_network: 'physnet1' })).status).toBe(201);
    expect((await call('GET', `/v1/portgroups/${uuid}`)).body['physical_network']).toBe('physnet1');
  });

  test.each([null, 'physnet2'])('keeps out a port on %s', async (network) => {
    const uuid = await group({ physical_network: 'physnet1' });
    const { status, fault } = await newPort({ portgroup_uuid: uuid, physical_network: network });
    expect(status).toBe(409);
    expect(fault).toMatch(/cannot become a member of port group .* which has ports in physical network physnet1\.$/);
  });

  test('changes with the portgroup for all members, and not for one of them', async () => {
    const uuid = await group();
    const { body } = await newPort({ portgroup_uuid: uuid, physical_network: 'physnet1' });
    const port = `/v1/ports/${String(body['uuid'])}`;
    const refused = await change(port, set('/physical_network', 'physnet2'));
    expect(refused.status).toBe(400);
    expect(refused.fault).toBe('physical_network cannot be changed while the port belongs to a portgroup.');
    await change(`/v1/portgroups/${uuid}`, set('/physical_network', 'physnet3'));
    expect((await call('GET', port)).body['physical_network']).toBe('physnet3');
  });

  test('is taken by a port that joins with one patch', async () => {
    const uuid = await group({ physical_network: 'physnet1' });
    const { body } = await newPort({});
    const joined = await change(
      `/v1/ports/${String(body['uuid'])}`,
      set('/portgroup_uuid', uuid),
      set('/physical_network', 'physnet1'),
    );
    expect(joined.body).toMatchObject({ portgroup_uuid: uuid, physical_network: 'physnet1' });
  });

  test('is settled once when two ports on different networks come at the same time', async () => {
    const uuid = await group();
    const replies = await Promise.all(
      ['physnet1', 'physnet2'].map((network) => newPort({ portgroup_uuid: uuid, physical_network: network })),
    );
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([201, 409]));
  });
});

describe('a portgroup without standalone ports', () => {
  test('takes no new port that asks to boot by itself', async () => {
    const uuid = await group({ standalone_ports_supported: false });
    expect((await newPort({ portgroup_uuid: uuid, pxe_enabled: true })).status).toBe(409);
    expect((await newPort({ portgroup_uuid: uuid, pxe_enabled: false })).status).toBe(201);
  });

  test('has no member that is made to boot by itself, on networks that care', async () => {
    const uuid = await group({ standalone_ports_supported: false });
    const { body } = await newPort({ portgroup_uuid: uuid, pxe_enabled: false });
    await useFlatNetwork();
    const { status, fault } = await change(`/v1/ports/${String(body['uuid'])}`, set('/pxe_enabled', true));
    expect(status).toBe(409);
    expect(fault).toContain("because of: 'pxe_enabled' was set to True");
  });

  test('cannot be made of one whose members boot by themselves', async () => {
    const uuid = await group();
    await newPort({ portgroup_uuid: uuid });
    await useFlatNetwork();
    const { status, fault } = await change(`/v1/portgroups/${uuid}`, set('/standalone_ports_supported', false));
    expect(status).toBe(409);
    expect(fault).toContain("contains port with 'pxe_enabled' is set to True");
  });
});

describe('membership', () => {
  test('is of one node only', async () => {
    const other = await created('/v1/nodes', { driver: 'fake-hardware' });
    const uuid = await group({ node_uuid: other });
    expect((await newPort({ portgroup_uuid: uuid })).fault).toMatch(/belonging to a different node/);
    const { body } = await newPort({});
    expect((await change(`/v1/ports/${String(body['uuid'])}`, set('/portgroup_uuid', uuid))).status).toBe(400);
  });

  test('does not change on an active node, outside of maintenance', async () => {
    const uuid = await group();
    const { body } = await newPort({});
    await api.database.node.update({ where: { uuid: node }, data: { provisionState: 'active' } });
    const port = `/v1/ports/${String(body['uuid'])}`;
    expect((await change(port, set('/portgroup_uuid', uuid))).status).toBe(409);
    await call('PUT', `/v1/nodes/${node}/maintenance`, {});
    expect((await change(port, set('/portgroup_uuid', uuid))).status).toBe(200);
  });

  test('ends with the node', async () => {
    const uuid = await group();
    await newPort({ portgroup_uuid: uuid });
    expect((await call('DELETE', `/v1/nodes/${node}`)).status).toBe(204);
    expect((await call('GET', `/v1/portgroups/${uuid}`)).status).toBe(404);
  });
});

test('a port with a VIF is deleted only in maintenance', async () => {
  const { body } = await newPort({});
  const uuid = String(body['uuid']);
  await useFlatNetwork();
  await api.database.port.update({ where: { uuid }, data: { internalInfo: { tenant_vif_port_id: 'vif-1' } } });
  const { status, fault } = await call('DELETE', `/v1/ports/${uuid}`);
  expect({ status, fault }).toEqual({
    status: 409,
    fault: `Cannot delete the port ${uuid} as it is bound to VIF vif-1 for use.`,
  });
  await call('PUT', `/v1/nodes/${node}/maintenance`, {});
  expect((await call('DELETE', `/v1/ports/${uuid}`)).status).toBe(204);
});

test('while the node is inspected, ports and portgroups are left alone', async () => {
  const uuid = await group();
  await api.database.node.update({ where: { uuid: node }, data: { provisionState: 'inspecting' } });
  const { status, fault } = await change(`/v1/portgroups/${uuid}`, set('/extra', {}));
  expect(status).toBe(409);
  expect(fault).toContain('while it is in state "inspecting".');
});

test('of patches that come together none is lost', async () => {
  const { body } = await newPort({});
  const paths = [
    `/v1/ports/${String(body['uuid'])}`,
    `/v1/portgroups/${await group()}`,
    `/v1/chassis/${await created('/v1/chassis', {})}`,
  ];
  const keys = Array.from({ length: 8 }, (_, number) => `key${number}`);
  for (const path of paths) {
    await Promise.all(keys.map((key) => change(path, { op: 'add', path: `/extra/${key}`, value: 1 })));
    const { body: after } = await call('GET', path);
    expect(Object.keys(after['extra'] ?? {}).toSorted()).toEqual(keys);
  }
});

test('a node is put into a chassis and taken out again, and only then the chassis goes', async () => {
  const chassis = await created('/v1/chassis', {});
  expect((await change(`/v1/nodes/${node}`, set('/chassis_uuid', chassis))).body['chassis_uuid']).toBe(chassis);
  expect((await call('DELETE', `/v1/chassis/${chassis}`)).status).toBe(400);
  expect((await change(`/v1/nodes/${node}`, set('/chassis_uuid', randomUUID()))).status).toBe(400);
  expect((await change(`/v1/nodes/${node}`, { op: 'remove', path: '/chassis_uuid' })).body['chassis_uuid']).toBeNull();
  expect((await call('DELETE', `/v1/chassis/${chassis}`)).status).toBe(204);
});
