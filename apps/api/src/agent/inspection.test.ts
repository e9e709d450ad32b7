import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../../../test/support/api.js';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
}, 120_000);
afterAll(() => api.stop());
beforeEach(async () => {
  await api.database.node.deleteMany();
  api.temporalError = undefined;
});

const mac = '52:54:00:00:00:01';
const found = { inventory: { interfaces: [{ name: 'eth0', mac_address: mac }] }, disks: ['a'] };

async function send(method: string, path: string, body: unknown, version = '1.115') {
  const response = await fetch(`${api.url}/v1/${path}`, {
    method,
    headers: { 'X-OpenStack-Ironic-API-Version': version, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const answer: Record<string, unknown> = text === '' ? {} : JSON.parse(text);
  return { status: response.status, answer };
}

/** A node that is being inspected; its operation's id. */
async function inspecting(state = 'inspect wait', fields: object = {}): Promise<{ uuid: string; operation: string }> {
  const { answer } = await send('POST', 'nodes', { driver: 'fake-hardware', inspect_interface: 'agent', ...fields });
  const uuid = String(answer['uuid']);
  await api.database.node.update({ where: { uuid }, data: { provisionState: 'manageable' } });
  await send('PUT', `nodes/${uuid}/states/provision`, { target: 'inspect' });
  const { id } = await api.database.operation.findFirstOrThrow({ where: { node: { uuid } } });
  await api.database.operation.update({ where: { id }, data: { status: 'running' } });
  await api.database.node.update({ where: { uuid }, data: { provisionState: state } });
  return { uuid, operation: id };
}

function port(nodeUuid: string, address = mac) {
  return send('POST', 'ports', { node_uuid: nodeUuid, address });
}

describe('continue_inspection', () => {
  test.for(['inspect wait', 'inspecting'])('stores what was found and tells the flow in %s', async (state) => {
    const { uuid, operation } = await inspecting(state);
    await port(uuid);
    const { status, answer } = await send('POST', 'continue_inspection', found);
    expect(status).toBe(202);
    expect(answer).toMatchObject({ node: { uuid }, config: { agent_token_required: true } });
    const post = await api.database.inspectionPost.findUniqueOrThrow({ where: { operationId: operation } });
    expect(post).toMatchObject({ inventory: found.inventory, pluginData: { disks: ['a'] } });
    expect(api.beats.at(-1)).toBe(uuid);
  });

  test('sent again replaces what was sent before', async () => {
    const { uuid, operation } = await inspecting();
    await port(uuid);
    await send('POST', 'continue_inspection', found);
    await send('POST', 'continue_inspection', { ...found, disks: ['b'] });
    const posts = await api.database.inspectionPost.findMany({ where: { operationId: operation } });
    expect(posts.map(({ pluginData }) => pluginData)).toEqual([{ disks: ['b'] }]);
  });

  test('is stored although the flow cannot be told, and asks for another try', async () => {
    const { uuid, operation } = await inspecting();
    await port(uuid);
    api.temporalError = new Error('unavailable');
    expect((await send('POST', 'continue_inspection', found)).status).toBe(503);
    expect(await api.database.inspectionPost.count({ where: { operationId: operation } })).toBe(1);
  });

  test('finds a node without ports by its BMC', async () => {
    const { uuid } = await inspecting('inspect wait', { driver_info: { ipmi_address: '192.0.2.5' } });
    const inventory = { ...found.inventory, bmc_address: '192.0.2.5' };
    const { status, answer } = await send('POST', 'continue_inspection', { inventory });
    expect([status, answer]).toEqual([202, expect.objectContaining({ node: expect.objectContaining({ uuid }) })]);
  });

  test('is not taken for a node whose BMC is another', async () => {
    const { uuid } = await inspecting('inspect wait', { driver_info: { ipmi_address: '192.0.2.5' } });
    await inspecting('inspect wait', { driver_info: { ipmi_address: '192.0.2.6' } });
    await port(uuid);
    const inventory = { ...found.inventory, bmc_address: '192.0.2.6' };
    expect((await send('POST', 'continue_inspection', { inventory })).status).toBe(404);
  });

  test.for(['manageable', 'active', 'clean wait'])('is not taken in %s', async (state) => {
    const { uuid } = await inspecting(state);
    await port(uuid);
    expect((await send('POST', 'continue_inspection', found)).status).toBe(404);
  });

  test('at 1.1 answers with the uuid only, between 1.2 and 1.83 not at all', async () => {
    const { uuid } = await inspecting();
    await port(uuid);
    expect(await send('POST', 'continue_inspection', found, '1.1')).toEqual({ status: 202, answer: { uuid } });
    expect((await send('POST', 'continue_inspection', found, '1.83')).status).toBe(404);
  });
});

test('a heartbeat in a state that expects none is forgotten', async () => {
  const { uuid, operation } = await inspecting();
  const { id: nodeId } = await api.database.node.findUniqueOrThrow({ where: { uuid } });
  const agentToken = api.secrets.seal('a token of this boot');
  await api.database.boot.create({
    data: { id: crypto.randomUUID(), nodeId, operationId: operation, number: 1, agentToken },
  });
  const beat = { callback_url: 'https://192.0.2.1:9999', agent_version: '13', agent_token: 'a token of this boot' };
  expect((await send('POST', `heartbeat/${uuid}`, beat)).status).toBe(202);
  expect(await api.database.boot.findFirstOrThrow()).toMatchObject({ heartbeats: 0, callbackUrl: null });
});
