import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../../../test/support/api.js';
import { ask, type Reply } from '../../../../test/support/ask.js';

const password = 'a-secret-of-a-volume';
let api: TestApi;
let node: string;

beforeAll(async () => {
  api = await startTestApi();
}, 120_000);

afterAll(async () => {
  await api.stop();
});

beforeEach(async () => {
  await api.database.node.deleteMany();
  node = await created('/v1/nodes', { driver: 'fake-hardware', name: 'one' });
});

function call(method: string, path: string, body?: unknown, minor?: number): Promise<Reply> {
  return ask(api.url, method, path, body, minor);
}

async function created(path: string, body: object): Promise<string> {
  const reply = await call('POST', path, body);
  expect(reply.fault).toBe('');
  return String(reply.body['uuid']);
}

const newConnector = (body: object = {}) =>
  created('/v1/volume/connectors', { node_uuid: node, type: 'iqn', connector_id: 'iqn.x', ...body });
const newTarget = (body: object = {}) =>
  created('/v1/volume/targets', { node_uuid: node, volume_type: 'iscsi', boot_index: 0, volume_id: 'v', ...body });
const set = (path: string, value: unknown) => ({ op: 'replace', path, value });

async function place(powerState: string | null, provisionState = 'active'): Promise<void> {
  await api.database.node.updateMany({ data: { powerState, provisionState } });
}

test('secrets among the properties of a target are sealed in the row and masked in every answer', async () => {
  const uuid = await newTarget({ properties: { auth_password: password, target_iqn: 'plain' } });
  await place('power off');
  const answers = [
    await call('GET', `/v1/volume/targets/${uuid}`),
    await call('GET', '/v1/volume/targets?detail=true'),
    await call('GET', '/v1/nodes/one/volume/targets?fields=properties'),
    await call('PATCH', `/v1/volume/targets/${uuid}`, [set('/boot_index', 1)]),
  ];
  for (const { body } of answers) {
    expect(JSON.stringify(body)).toContain('"auth_password":"******"');
    expect(JSON.stringify(body)).toContain('"target_iqn":"plain"');
    expect(JSON.stringify(body)).not.toContain(password);
  }
  const row = await api.database.volumeTarget.findUniqueOrThrow({ where: { uuid } });
  expect(JSON.stringify(row)).not.toContain(password);
  expect(api.secrets.openSecrets(JSON.parse(JSON.stringify(row.properties)))).toMatchObject({
    auth_password: password,
  });
});

describe('connectors and targets', () => {
  test.each(['power on', null])('stay as they are while the power state is %s', async (powerState) => {
    const connector = `/v1/volume/connectors/${await newConnector()}`;
    const target = `/v1/volume/targets/${await newTarget()}`;
    await place(powerState);
    for (const [method, path, what] of [
      ['PATCH', connector, 'volume connector update'],
      ['PATCH', target, 'volume target update'],
      ['DELETE', connector, 'volume connector deletion'],
      ['DELETE', target, 'volume target deletion'],
    ] as const) {
      const { status, fault } = await call(method, path, method === 'PATCH' ? [set('/extra', { a: 1 })] : undefined);
      expect(status).toBe(400);
      expect(fault).toBe(
        `The requested action "${what}" can not be performed on node "${node}" while it is in state ` +
          `"${powerState ?? 'None'}".`,
      );
    }
    await place('power off');
    expect((await call('PATCH', connector, [set('/extra', { a: 1 })])).body['extra']).toEqual({ a: 1 });
    expect((await call('DELETE', connector)).status).toBe(204);
    expect((await call('DELETE', target)).status).toBe(204);
  });

  test.each([
    ['manageable', 204],
    ['enroll', 204],
    ['adopt failed', 204],
    ['available', 400],
  ])('of a node that runs may be deleted in %s: %i', async (state, status) => {
    const uuid = await newConnector();
    await place('power on', state);
    expect((await call('DELETE', `/v1/volume/connectors/${uuid}`)).status).toBe(status);
  });

  test('move to another node of the same owner, and to no other', async () => {
    const uuid = await newConnector();
    const other = await created('/v1/nodes', { driver: 'fake-hardware' });
    await place('power off');
    const move = (to: unknown) => call('PATCH', `/v1/volume/connectors/${uuid}`, [set('/node_uuid', to)]);
    expect((await move('zz')).fault).toBe('Expected a UUID for node_uuid, but received zz.');
    expect((await move(randomUUID())).status).toBe(400);
    await api.database.node.update({ where: { uuid: other }, data: { owner: 'another' } });
    expect((await move(other)).fault).toBe(
      `Unable to apply the requested node_uuid '${other}'. Requested value was invalid.`,
    );
    await api.database.node.update({ where: { uuid: other }, data: { owner: null } });
    expect((await move(other)).body['node_uuid']).toBe(other);
    expect((await call('GET', `/v1/nodes/${other}/volume/connectors`)).body['connectors']).toHaveLength(1);
    expect((await call('GET', '/v1/nodes/one/volume/connectors')).body['connectors']).toEqual([]);
  });

  test('go with their node', async () => {
    await newConnector();
    await newTarget();
    expect((await call('DELETE', '/v1/nodes/one')).status).toBe(204);
    expect(await api.database.volumeConnector.count()).toBe(0);
    expect(await api.database.volumeTarget.count()).toBe(0);
  });

  test('are listed below their node by its name, and neither shown nor made there', async () => {
    const uuid = await newConnector();
    const { body } = await call('GET', '/v1/nodes/one/volume/connectors?limit=1');
    expect(body['connectors']).toMatchObject([{ uuid, node_uuid: node }]);
    expect(body['next']).toContain(`/v1/volume/connectors?sort_key=id&sort_dir=asc&fields=`);
    for (const [method, path] of [
      ['POST', '/v1/nodes/one/volume/connectors'],
      ['GET', `/v1/nodes/one/volume/connectors/${uuid}`],
      ['DELETE', `/v1/nodes/one/volume/connectors/${uuid}`],
    ] as const) {
      expect((await call(method, path)).fault).toBe('Malformed request URI.');
    }
    expect((await call('GET', '/v1/nodes/none/volume')).status).toBe(404);
  });
});

test('a boot index that no database can hold is refused', async () => {
  const body = { node_uuid: node, volume_type: 'iscsi', boot_index: 2 ** 40, volume_id: 'v' };
  expect((await call('POST', '/v1/volume/targets', body)).status).toBe(400);
});

test('detail is known of volumes before other lists know it', async () => {
  await newConnector();
  const { status, body } = await call('GET', '/v1/volume/connectors?detail=true', undefined, 32);
  expect(status).toBe(200);
  expect(body['connectors']).toMatchObject([{ extra: {} }]);
});
