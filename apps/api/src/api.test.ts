import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startTestApi, type TestApi } from '../../../test/support/api.js';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
}, 120_000);

afterAll(async () => {
  await api.stop();
});

beforeEach(async () => {
  await api.database.node.deleteMany();
  api.temporalError = undefined;
});

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
  /** The text of an error, unpacked as clients do. */
  readonly fault: string;
}

async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const response = await fetch(`${api.url}${path}`, {
    method,
    headers: { 'X-OpenStack-Ironic-API-Version': '1.115', 'Content-Type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const parsed: Record<string, unknown> = text === '' ? {} : JSON.parse(text);
  const inner: Record<string, unknown> =
    typeof parsed['error_message'] === 'string' ? JSON.parse(parsed['error_message']) : {};
  const fault = inner['faultstring'] ?? inner['description'];
  return {
    status: response.status,
    headers: response.headers,
    body: parsed,
    fault: typeof fault === 'string' ? fault : '',
  };
}

async function newNode(fields: object = {}): Promise<string> {
  const { status, body } = await call('POST', '/v1/nodes', { driver: 'fake-hardware', ...fields });
  expect(status).toBe(201);
  return String(body['uuid']);
}

/** Puts a node where only flows can bring it. */
async function place(uuid: string, provisionState: string, targetProvisionState: string | null = null): Promise<void> {
  await api.database.node.update({ where: { uuid }, data: { provisionState, targetProvisionState } });
}

describe('HTTP as Ironic speaks it', () => {
  test('names are as long as 255 characters', async () => {
    const name = 'n'.repeat(255);
    await newNode({ name });
    expect((await call('GET', `/v1/nodes/${name}`)).status).toBe(200);
  });

  test('an empty body with a content type is no body', async () => {
    const uuid = await newNode();
    const reply = await call('DELETE', `/v1/nodes/${uuid}`, '');
    expect(reply.status).toBe(204);
    expect(reply.headers.get('content-type')).toBeNull();
  });

  test('HEAD of a list is a 405 with Allow', async () => {
    const response = await fetch(`${api.url}/v1/nodes`, { method: 'HEAD' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'DELETE, GET, PATCH, POST']);
  });

  test('OPTIONS is answered empty', async () => {
    const response = await fetch(`${api.url}/v1/nodes`, { method: 'OPTIONS' });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  test('the content type names no charset, and every answer has a request id', async () => {
    const { headers } = await call('GET', '/v1/nodes');
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('openstack-request-id')).toMatch(/^req-[0-9a-f-]{36}$/);
    expect(headers.get('x-openstack-request-id')).toBe(headers.get('openstack-request-id'));
  });

  test('a URL that cannot be decoded is a 400 of the usual form', async () => {
    const { status, body } = await call('GET', '/v1/nodes/%zz');
    expect(status).toBe(400);
    expect(body).toHaveProperty('error_message');
  });

  test('whoever takes only HTML gets nothing', async () => {
    expect((await call('GET', '/v1/nodes', undefined, { Accept: 'text/html' })).status).toBe(406);
  });

  test('__proto__ in a body is an ordinary key that harms nobody', async () => {
    const { status } = await call('POST', '/v1/nodes', '{"driver":"fake-hardware","extra":{"__proto__":{"x":1}}}');
    expect(status).toBe(201);
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  });

  test('a body over 1 MiB is a 413, a config drive may be larger', async () => {
    const large = 'A'.repeat(1_100_000);
    expect((await call('POST', '/v1/nodes', { driver: large })).status).toBe(413);
    const uuid = await newNode();
    const reply = await call('PUT', `/v1/nodes/${uuid}/states/provision`, { target: 'active', configdrive: large });
    expect(reply.fault).toContain('can not be performed');
  });

  test('health is told without a version', async () => {
    expect((await call('GET', '/healthz')).body).toEqual({ status: 'ok' });
    expect((await call('GET', '/readyz')).status).toBe(200);
  });
});

describe('secrets', () => {
  const driverInfo = { ipmi_address: '10.0.0.1', ipmi_password: 'hunter2', nested: { token: 'abc' } };

  test('are sealed in the database and masked in answers', async () => {
    const uuid = await newNode({ driver_info: driverInfo });
    const stored = await api.database.node.findUniqueOrThrow({ where: { uuid } });
    expect(JSON.stringify(stored.driverInfo)).not.toMatch(/hunter2|abc"/);
    const { body } = await call('GET', `/v1/nodes/${uuid}`);
    expect(body['driver_info']).toEqual({
      ipmi_address: '10.0.0.1',
      ipmi_password: '******',
      nested: { token: '******' },
    });
  });

  test('survive a patch of their neighbour', async () => {
    const uuid = await newNode({ driver_info: driverInfo });
    await call('PATCH', `/v1/nodes/${uuid}`, [{ op: 'add', path: '/driver_info/ipmi_port', value: 623 }]);
    const stored = await api.database.node.findUniqueOrThrow({ where: { uuid } });
    expect(api.secrets.openSecrets(JSON.parse(JSON.stringify(stored.driverInfo)))).toEqual({
      ...driverInfo,
      ipmi_port: 623,
    });
  });

  test('of a config drive are kept where Ironic keeps it', async () => {
    const uuid = await newNode();
    await place(uuid, 'available');
    const configdrive = { meta_data: { hostname: 'h' }, user_data: 'secret words' };
    expect((await call('PUT', `/v1/nodes/${uuid}/states/provision`, { target: 'active', configdrive })).status).toBe(
      202,
    );
    const stored = await api.database.node.findUniqueOrThrow({ where: { uuid }, include: { operations: true } });
    expect(JSON.stringify(stored)).not.toContain('secret words');
    const opened = api.secrets.openSecrets(JSON.parse(JSON.stringify(stored.instanceInfo)));
    expect(opened).toEqual({ configdrive: JSON.stringify(configdrive) });
    expect((await call('GET', `/v1/nodes/${uuid}`)).body['instance_info']).toEqual({ configdrive: '******' });
  });
});

describe('old versions', () => {
  test('create what they always could', async () => {
    const old = { 'X-OpenStack-Ironic-API-Version': '1.1' };
    const node = await call('POST', '/v1/nodes', { driver: 'fake-hardware' }, old);
    const port = await call('POST', '/v1/ports', { address: '52:54:00:00:00:07', node_uuid: node.body['uuid'] }, old);
    expect([node.status, port.status]).toEqual([201, 201]);
  });
});

describe('lists', () => {
  test('pages by any key lead through all nodes once, nulls first', async () => {
    for (const name of ['b', null, 'a', null, 'c']) await newNode(name === null ? {} : { name });
    for (const [dir, expected] of [
      ['asc', [null, null, 'a', 'b', 'c']],
      ['desc', ['c', 'b', 'a', null, null]],
    ] as const) {
      const seen: unknown[] = [];
      let path: string | undefined = `/v1/nodes?sort_key=name&sort_dir=${dir}&limit=2&fields=name`;
      while (path !== undefined) {
        const { body }: Reply = await call('GET', path);
        const nodes = body['nodes'] as { name: string | null }[];
        seen.push(...nodes.map(({ name }) => name));
        path = typeof body['next'] === 'string' ? body['next'].slice(api.url.length) : undefined;
      }
      expect(seen).toEqual(expected);
    }
  });

  test('take the same number of queries for one node and for many', async () => {
    const queries = vi.spyOn(pg.Client.prototype, 'query');
    const count = async (path: string): Promise<number> => {
      queries.mockClear();
      await call('GET', path);
      return queries.mock.calls.length;
    };
    await newNode();
    const one = await count('/v1/nodes/detail');
    for (let index = 0; index < 20; index++) await newNode();
    expect(await count('/v1/nodes/detail')).toBe(one);
    expect(one).toBeGreaterThan(0);
    expect(one).toBeLessThan(8);
    queries.mockRestore();
  });
});

describe('patches', () => {
  test('wait for a lock that goes away, and give up on one that stays', async () => {
    const uuid = await newNode();
    await place(uuid, 'manageable');
    await call('PUT', `/v1/nodes/${uuid}/states/power`, { target: 'power on' });
    const patch = [{ op: 'replace', path: '/extra', value: { a: 1 } }];
    const refused = await call('PATCH', `/v1/nodes/${uuid}`, patch);
    expect([refused.status, refused.fault]).toEqual([
      409,
      `Node ${uuid} is locked by host localhost, please retry after the current operation is completed.`,
    ]);
    const waiting = call('PATCH', `/v1/nodes/${uuid}`, patch);
    await api.database.operation.updateMany({ data: { status: 'succeeded' } });
    expect((await waiting).status).toBe(200);
  });

  test('are refused while a transition is under way, whatever the lock', async () => {
    const uuid = await newNode();
    await place(uuid, 'deploying', 'active');
    const { status, fault } = await call('PATCH', `/v1/nodes/${uuid}`, [{ op: 'add', path: '/extra/a', value: 1 }]);
    expect([status, fault]).toEqual([409, `Node ${uuid} can not be updated while a state transition is in progress.`]);
  });

  test('of two clients at once both count', async () => {
    const uuid = await newNode();
    const add = (key: string) => call('PATCH', `/v1/nodes/${uuid}`, [{ op: 'add', path: `/extra/${key}`, value: 1 }]);
    await Promise.all(['a', 'b', 'c', 'd'].map(add));
    expect((await call('GET', `/v1/nodes/${uuid}`)).body['extra']).toEqual({ a: 1, b: 1, c: 1, d: 1 });
  });
});

describe('verbs', () => {
  const provide = (uuid: string, target: string) => call('PUT', `/v1/nodes/${uuid}/states/provision`, { target });

  test('write state, operation and timeline, and start the flow', async () => {
    const uuid = await newNode({ name: 'v1' });
    const { status, headers } = await provide(uuid, 'manage');
    expect([status, headers.get('location')]).toEqual([202, `${api.url}/v1/nodes/${uuid}/states`]);
    const { body } = await call('GET', `/v1/nodes/${uuid}`);
    expect(body).toMatchObject({
      provision_state: 'verifying',
      target_provision_state: 'manageable',
      reservation: 'localhost',
    });
    expect(api.started.at(-1)).toMatchObject({ nodeUuid: uuid, nodeName: 'v1', type: 'verify', number: 1 });
    const { body: list } = await call('GET', `/v1/nodes/${uuid}/operations`);
    const [operation] = list['operations'] as Record<string, unknown>[];
    expect(operation).toMatchObject({ number: 1, type: 'verify', status: 'pending' });
    expect(operation?.['temporal_ui']).toBe(`http://127.0.0.1:8233/namespaces/temper/workflows/node%3A${uuid}`);
    const { body: one } = await call('GET', `/v1/nodes/${uuid}/operations/${String(operation?.['uuid'])}`);
    expect(one['events']).toMatchObject([{ kind: 'request', text: 'verify accepted: enroll -> verifying' }]);
  });

  test('are accepted while Temporal is away', async () => {
    const uuid = await newNode();
    api.temporalError = new Error('unavailable');
    expect((await provide(uuid, 'manage')).status).toBe(202);
    expect(await api.database.operation.count({ where: { node: { uuid }, status: 'pending' } })).toBe(1);
  });

  test('of many clients at once one is accepted', async () => {
    const uuid = await newNode();
    await place(uuid, 'available');
    const replies = await Promise.all(Array.from({ length: 8 }, () => provide(uuid, 'active')));
    expect(replies.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 409)).toHaveLength(7);
    expect(await api.database.operation.count({ where: { node: { uuid } } })).toBe(1);
  });

  test('that need no flow move the node at once', async () => {
    const uuid = await newNode();
    await place(uuid, 'available');
    const before = api.started.length;
    expect((await provide(uuid, 'manage')).status).toBe(202);
    expect((await call('GET', `/v1/nodes/${uuid}`)).body['provision_state']).toBe('manageable');
    expect(api.started).toHaveLength(before);
  });

  test('that were refused have changed nothing', async () => {
    const uuid = await newNode();
    const before = await api.database.node.findUnique({ where: { uuid } });
    expect((await provide(uuid, 'active')).status).toBe(400);
    expect(await api.database.node.findUnique({ where: { uuid } })).toEqual(before);
    expect(await api.database.operation.count()).toBe(0);
  });

  test('abort is a request to the running operation', async () => {
    const uuid = await newNode();
    await place(uuid, 'available');
    await provide(uuid, 'active');
    await place(uuid, 'wait call-back', 'active');
    expect((await provide(uuid, 'abort')).status).toBe(202);
    expect(await api.database.operationRequest.findMany()).toMatchObject([{ kind: 'abort' }]);
    expect((await call('GET', `/v1/nodes/${uuid}`)).body['provision_state']).toBe('wait call-back');
  });

  test('deleted takes the place of a waiting deployment', async () => {
    const uuid = await newNode();
    await place(uuid, 'available');
    await provide(uuid, 'active');
    await place(uuid, 'wait call-back', 'active');
    expect((await provide(uuid, 'deleted')).status).toBe(202);
    const operations = await api.database.operation.findMany({ orderBy: { number: 'asc' } });
    expect(operations.map(({ type, status }) => [type, status])).toEqual([
      ['deploy', 'superseded'],
      ['teardown', 'pending'],
    ]);
  });

  test('a power request in a wait is carried by the waiting flow', async () => {
    const uuid = await newNode();
    await place(uuid, 'available');
    await provide(uuid, 'active');
    await place(uuid, 'wait call-back', 'active');
    const { status } = await call('PUT', `/v1/nodes/${uuid}/states/power`, { target: 'soft rebooting', timeout: 7 });
    expect(status).toBe(202);
    const power = await api.database.operation.findFirstOrThrow({ where: { class: 'power' } });
    expect(power.plan).toEqual({ power: { target: 'soft rebooting', timeoutS: 7 } });
    expect((await call('GET', `/v1/nodes/${uuid}/states`)).body['target_power_state']).toBe('power on');
  });

  test('a boot device without a worker is a 503', async () => {
    const uuid = await newNode();
    const { status, fault } = await call('GET', `/v1/nodes/${uuid}/management/boot_device`);
    expect(status).toBe(503);
    expect(fault).toContain('no worker answered');
  });
});

describe('the agent', () => {
  const mac = '52:54:00:12:34:56';
  const token = 'a-token-of-at-least-thirty-two-characters';
  const beat = { callback_url: 'https://192.0.2.5:9999', agent_version: '13.0.0', agent_token: token };

  /** A node that waits for the agent of its open boot. */
  async function bootedNode(): Promise<{ uuid: string; bootId: string; operationId: string }> {
    const uuid = await newNode({ deploy_interface: 'direct' });
    await call('POST', '/v1/ports', { address: mac, node_uuid: uuid });
    await place(uuid, 'wait call-back', 'active');
    const { id: nodeId } = await api.database.node.findUniqueOrThrow({ where: { uuid } });
    const operation = await api.database.operation.create({
      data: {
        id: randomUUID(),
        nodeId,
        number: 1,
        class: 'provision',
        type: 'deploy',
        status: 'running',
        awaitsBeat: true,
      },
    });
    const boot = await api.database.boot.create({
      data: { id: randomUUID(), nodeId, operationId: operation.id, number: 1, agentToken: api.secrets.seal(token) },
    });
    return { uuid, bootId: boot.id, operationId: operation.id };
  }

  const lookup = (query: string, version = '1.62') =>
    call('GET', `/v1/lookup?${query}`, undefined, { 'X-OpenStack-Ironic-API-Version': version });
  const tokenOf = (reply: Reply) => (reply.body['config'] as Record<string, unknown>)['agent_token'];
  const heartbeat = (uuid: string, fields: object = {}) =>
    call('POST', `/v1/heartbeat/${uuid}`, { ...beat, ...fields });

  test('gets its token once, whoever asks and at whatever version', async () => {
    const { uuid } = await bootedNode();
    const replies = await Promise.all(Array.from({ length: 5 }, () => lookup(`addresses=${mac}`)));
    expect(replies.map(tokenOf).filter((given) => given === token)).toHaveLength(1);
    for (const version of ['1.22', '1.61', '1.62', '1.115']) {
      expect(tokenOf(await lookup(`node_uuid=${uuid}`, version))).toBe('******');
    }
  });

  test('of an old version does not use the token up', async () => {
    await bootedNode();
    expect(tokenOf(await lookup(`addresses=${mac}`, '1.31'))).toBe('******');
    expect(tokenOf(await lookup(`addresses=${mac}`))).toBe(token);
  });

  test('that lost its token is noticed, and the flow is told', async () => {
    const { uuid, bootId } = await bootedNode();
    await lookup(`addresses=${mac}`);
    await lookup(`node_uuid=${uuid}`);
    expect(await api.database.boot.findUnique({ where: { id: bootId } })).toMatchObject({ repeatedLookups: 0 });
    await lookup(`addresses=${mac}`);
    expect(await api.database.boot.findUnique({ where: { id: bootId } })).toMatchObject({ repeatedLookups: 1 });
    expect(api.beats.at(-1)).toBe(uuid);
  });

  test('is not told whether there is no such node or none that waits', async () => {
    const { uuid } = await bootedNode();
    await place(uuid, 'active');
    const texts = await Promise.all([lookup(`addresses=${mac}`), lookup('addresses=52:54:00:00:00:01')]);
    expect(texts.map(({ status, fault }) => [status, fault])).toEqual([
      [404, 'Resource could not be found.'],
      [404, 'Resource could not be found.'],
    ]);
  });

  test('is recorded before the flow is told, and later beats tell nobody', async () => {
    const { uuid, bootId, operationId } = await bootedNode();
    const before = api.beats.length;
    expect((await heartbeat(uuid, { agent_verify_ca: 'PEM' })).status).toBe(202);
    expect(await api.database.boot.findUnique({ where: { id: bootId } })).toMatchObject({
      heartbeats: 1,
      callbackUrl: beat.callback_url,
      agentVersion: '13.0.0',
      agentVerifyCa: 'PEM',
    });
    const { body } = await call('GET', `/v1/nodes/${uuid}`);
    expect(body['driver_internal_info']).toMatchObject({ agent_url: beat.callback_url, agent_version: '13.0.0' });
    expect(api.beats.slice(before)).toEqual([uuid]);
    expect(await api.database.operation.findUnique({ where: { id: operationId } })).toMatchObject({
      awaitsBeat: false,
    });
    expect((await heartbeat(uuid)).status).toBe(202);
    expect(api.beats.slice(before)).toEqual([uuid]);
  });

  test('loses nothing when Temporal is away: the next beat tells the flow', async () => {
    const { uuid, operationId } = await bootedNode();
    api.temporalError = new Error('unavailable');
    expect((await heartbeat(uuid)).status).toBe(202);
    expect(await api.database.operation.findUnique({ where: { id: operationId } })).toMatchObject({ awaitsBeat: true });
    api.temporalError = undefined;
    await heartbeat(uuid);
    expect(api.beats.at(-1)).toBe(uuid);
  });

  test.each([
    ['no token', { agent_token: null }, 'Agent token is required for heartbeat processing.'],
    ['a wrong token', { agent_token: 'x' }, 'Invalid or missing agent token received.'],
    ['plain http', { callback_url: 'http://192.0.2.5:9999' }, 'TLS is required by configuration'],
    ['another scheme', { callback_url: 'ftp://x' }, 'An issue with the supplied "callback_url" has been detected.'],
    [
      'no version',
      { agent_version: null },
      'Agent did not transmit a version, and a version is required. Please update the agent being used.',
    ],
    ['an unknown status', { agent_status: 'x' }, 'Agent status is invalid. Valid states are start,end,error.'],
  ])('is refused with %s', async (_what, fields, text) => {
    const { uuid } = await bootedNode();
    const { status, fault } = await heartbeat(uuid, fields);
    expect([status, fault]).toEqual([400, text]);
  });

  test('cannot change its address or its certificate in one boot', async () => {
    const { uuid } = await bootedNode();
    await heartbeat(uuid, { agent_verify_ca: 'PEM' });
    const moved = await heartbeat(uuid, { callback_url: 'https://192.0.2.6:9999' });
    expect(moved.fault).toBe('Detected change in ramdisk provided "callback_url"');
    const other = await heartbeat(uuid, { agent_verify_ca: 'OTHER' });
    expect(other.fault).toBe('Detected change in ramdisk provided "agent_verify_ca"');
  });

  test('of a boot that has ended is not believed', async () => {
    const { uuid, bootId } = await bootedNode();
    await api.database.boot.update({ where: { id: bootId }, data: { endedAt: new Date() } });
    expect((await heartbeat(uuid)).fault).toBe('Invalid or missing agent token received.');
  });
});
