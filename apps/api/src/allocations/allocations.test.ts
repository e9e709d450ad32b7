import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../../../test/support/api.js';
import { ask } from '../../../../test/support/ask.js';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
}, 120_000);

afterAll(async () => {
  await api.stop();
});

beforeEach(async () => {
  await api.database.allocation.deleteMany();
  await api.database.node.deleteMany();
  api.temporalError = undefined;
});

async function call(method: string, path: string, body?: unknown) {
  const { status, body: answer } = await ask(api.url, method, path, body);
  return { status, answer };
}

/** A node, and what only flows and allocations would make of it. */
async function newNode(provisionState: string, changes: object = {}): Promise<string> {
  const { answer } = await call('POST', '/v1/nodes', { driver: 'fake-hardware', resource_class: 'large' });
  const uuid = String(answer['uuid']);
  await api.database.node.update({ where: { uuid }, data: { provisionState, ...changes } });
  return uuid;
}

/** An allocation that has a node. */
async function allocated(provisionState: string, changes: object = {}) {
  const uuid = randomUUID();
  const node = await newNode(provisionState, { instanceUuid: uuid, ...changes });
  const { id } = await api.database.node.findUniqueOrThrow({ where: { uuid: node } });
  await api.database.allocation.create({ data: { uuid, nodeId: id, state: 'active', resourceClass: 'large' } });
  return { uuid, node };
}

test('an allocation is accepted with Temporal away', async () => {
  api.temporalError = new Error('away');
  const { status, answer } = await call('POST', '/v1/allocations', { resource_class: 'large' });
  expect(status).toBe(201);
  expect(answer).toMatchObject({ state: 'allocating', node_uuid: null, last_error: null });
});

test('the flow is told of a burst of allocations by a few calls, the last after all rows', async () => {
  const before = api.allocationCalls;
  const posts = Array.from({ length: 30 }, () => call('POST', '/v1/allocations', { resource_class: 'large' }));
  expect((await Promise.all(posts)).every(({ status }) => status === 201)).toBe(true);
  expect(api.allocationCalls).toBeGreaterThan(before);
});

test('a node shows its allocation, and the allocation its node', async () => {
  const { uuid, node } = await allocated('available');
  expect((await call('GET', `/v1/nodes/${node}`)).answer).toMatchObject({ allocation_uuid: uuid, instance_uuid: uuid });
  expect((await call('GET', `/v1/allocations/${uuid}`)).answer).toMatchObject({ node_uuid: node });
  expect((await call('GET', '/v1/nodes/detail')).answer).toMatchObject({ nodes: [{ allocation_uuid: uuid }] });
});

test('deleting an allocation frees its node, unless an instance runs on it', async () => {
  const free = await allocated('available');
  expect((await call('DELETE', `/v1/allocations/${free.uuid}`)).status).toBe(204);
  expect((await call('GET', `/v1/nodes/${free.node}`)).answer).toMatchObject({
    allocation_uuid: null,
    instance_uuid: null,
  });
  const running = await allocated('active');
  expect((await call('DELETE', `/v1/nodes/${running.node}/allocation`)).status).toBe(409);
  const broken = await allocated('active', { maintenance: true });
  expect((await call('DELETE', `/v1/nodes/${broken.node}/allocation`)).status).toBe(204);
});

test('taking the instance off a node by a patch deletes its allocation', async () => {
  const { uuid, node } = await allocated('available');
  const remove = [{ op: 'remove', path: '/instance_uuid' }];
  expect((await call('PATCH', `/v1/nodes/${node}`, remove)).answer).toMatchObject({ allocation_uuid: null });
  expect((await call('GET', `/v1/allocations/${uuid}`)).status).toBe(404);
  const running = await allocated('active');
  expect((await call('PATCH', `/v1/nodes/${running.node}`, remove)).status).toBe(409);
  expect((await call('GET', `/v1/allocations/${running.uuid}`)).status).toBe(200);
});

test('deleting a node in maintenance deletes its allocation too', async () => {
  const { uuid, node } = await allocated('available', { maintenance: true });
  expect((await call('DELETE', `/v1/nodes/${node}`)).status).toBe(204);
  expect((await call('GET', `/v1/allocations/${uuid}`)).status).toBe(404);
});

test('a running instance is recorded as an allocation under its own UUID', async () => {
  const instanceUuid = randomUUID();
  const node = await newNode('active', { instanceUuid });
  const { status, answer } = await call('POST', '/v1/allocations', { node });
  expect(status).toBe(201);
  expect(answer).toMatchObject({ uuid: instanceUuid, state: 'active', node_uuid: node, resource_class: 'large' });
});

test.each([
  ['another instance', {}, 409],
  ['another resource class', { resource_class: 'small' }, 400],
  ['traits it lacks', { traits: ['CUSTOM_A'] }, 400],
])('a running instance is not recorded with %s, and nothing stays behind', async (_what, fields, expected) => {
  const node = await newNode('active', { instanceUuid: randomUUID() });
  const { status } = await call('POST', '/v1/allocations', { node, uuid: randomUUID(), ...fields });
  expect(status).toBe(expected);
  expect(await api.database.allocation.count()).toBe(0);
});

test('candidates are kept as UUIDs in the order given', async () => {
  const uuids = [await newNode('available', { name: 'b' }), await newNode('available', { name: 'a' })];
  const { answer } = await call('POST', '/v1/allocations', { resource_class: 'x', candidate_nodes: ['b', 'a'] });
  expect(answer['candidate_nodes']).toEqual(uuids);
});
