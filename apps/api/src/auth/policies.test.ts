import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isRuleName } from '#domain/access-rules.js';
import { startTestApi, type TestApi } from '../../../../test/support/api.js';
import { ScriptedKeystone } from '../../../../test/support/scripted-keystone.js';
import { routesOf } from '../openapi/routes.js';

const keystone = new ScriptedKeystone();
let api: TestApi;

beforeAll(async () => {
  await keystone.listen();
  api = await startTestApi(undefined, keystone.environment);
}, 120_000);

afterAll(async () => {
  await api.stop();
  await keystone.close();
}, 60_000);

const implied: Readonly<Record<string, readonly string[]>> = {
  admin: ['admin', 'manager', 'member', 'reader'],
  manager: ['manager', 'member', 'reader'],
  member: ['member', 'reader'],
  reader: ['reader'],
  service: ['service'],
};

/** `system admin`, or a project and a role: `owner member`. */
function tokenOf(who: string): string {
  const [where = '', role = ''] = who.split(' ');
  const roles = implied[role] ?? [];
  return keystone.issue({ user: `${where}-${role}`, roles, ...(where === 'system' ? {} : { project: where }) });
}

interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly fault: string;
}

async function ask(
  who: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const response = await fetch(`${api.url}/v1/${path}`, {
    method,
    headers: {
      ...headers,
      'X-Auth-Token': tokenOf(who),
      'X-OpenStack-Ironic-API-Version': '1.115',
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const parsed: Record<string, unknown> = text === '' ? {} : JSON.parse(text);
  const inner: Record<string, unknown> =
    typeof parsed['error_message'] === 'string' ? JSON.parse(parsed['error_message']) : {};
  return {
    status: response.status,
    body: parsed,
    fault: typeof inner['faultstring'] === 'string' ? inner['faultstring'] : '',
  };
}

async function must(who: string, method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const reply = await ask(who, method, path, body);
  expect(reply.fault).toBe('');
  return reply.body;
}

/** The names or UUIDs in a list, as that caller sees it. */
async function listed(who: string, path: string, field = 'name'): Promise<unknown[]> {
  const [items] = Object.values(await must(who, 'GET', path));
  return Array.isArray(items) ? items.map((item: Record<string, unknown>) => item[field]).toSorted(byText) : [];
}

const byText = (a: unknown, b: unknown) => String(a).localeCompare(String(b));

beforeEach(async () => {
  await api.database.allocation.deleteMany();
  await api.database.runbook.deleteMany();
  await api.database.node.deleteMany();
  await must('system admin', 'POST', 'nodes', {
    driver: 'fake-hardware',
    name: 'theirs',
    owner: 'owner',
    lessee: 'lessee',
  });
  await must('system admin', 'POST', 'nodes', { driver: 'fake-hardware', name: 'free' });
});

describe('every handler', () => {
  test('names a rule of the table, or is public', () => {
    const discovery = api.app.get(DiscoveryService, { strict: false });
    const routes = routesOf(discovery, api.app.get(MetadataScanner, { strict: false }));
    const wrong = routes.filter(({ policy }) => policy !== 'public' && !(policy !== undefined && isRuleName(policy)));
    expect(wrong.map(({ handler }) => handler)).toEqual([]);
    expect(routes.length).toBeGreaterThan(50);
  });

  test('that is public is one that Ironic leaves open, or our own', async () => {
    const answers = await Promise.all(
      ['/', '/v1', '/healthz', '/readyz', '/v1/openapi.json', '/v1/lookup?addresses=02:00:00:00:00:01'].map(
        async (path) => (await fetch(`${api.url}${path}`)).status,
      ),
    );
    expect(answers).toEqual([200, 200, 200, 200, 200, 404]);
    expect((await fetch(`${api.url}/v1/nodes`)).status).toBe(401);
    expect((await fetch(`${api.url}/v1/heartbeat`, { method: 'POST' })).status).toBe(401);
  });
});

describe('a list', () => {
  test('of nodes shows a project those that it owns or leases, and the system all', async () => {
    expect(await listed('system reader', 'nodes')).toEqual(['free', 'theirs']);
    expect(await listed('owner reader', 'nodes')).toEqual(['theirs']);
    expect(await listed('lessee reader', 'nodes/detail')).toEqual(['theirs']);
    expect(await listed('stranger admin', 'nodes')).toEqual([]);
    expect((await ask('stranger reader', 'GET', 'nodes?project=owner')).status).toBe(403);
    expect(await listed('system reader', 'nodes?project=owner')).toEqual(['theirs']);
  });

  test('of ports, portgroups and volumes shows those of its nodes', async () => {
    for (const [node, last] of [
      ['theirs', 1],
      ['free', 2],
    ]) {
      const { uuid } = await must('system admin', 'GET', `nodes/${node}`);
      await must('system admin', 'POST', 'ports', { node_uuid: uuid, address: `02:00:00:00:00:0${last}` });
      await must('system admin', 'POST', 'portgroups', { node_uuid: uuid, name: `pg-${node}` });
      await must('system admin', 'POST', 'volume/connectors', {
        node_uuid: uuid,
        type: 'iqn',
        connector_id: `c-${node}`,
      });
    }
    expect(await listed('lessee reader', 'ports', 'address')).toEqual(['02:00:00:00:00:01']);
    expect(await listed('owner reader', 'portgroups')).toEqual(['pg-theirs']);
    expect(await listed('owner reader', 'volume/connectors', 'connector_id')).toEqual(['c-theirs']);
    expect(await listed('system reader', 'ports', 'address')).toHaveLength(2);
    expect(await listed('stranger manager', 'ports', 'address')).toEqual([]);
    expect(await listed('stranger manager', 'ports?node=theirs', 'address')).toEqual([]);
  });

  test('of allocations and runbooks shows its own, and public runbooks', async () => {
    const steps = [{ interface: 'deploy', step: 'x', order: 1, args: {} }];
    await must('owner member', 'POST', 'allocations', { name: 'a-owner', resource_class: 'x' });
    await must('system member', 'POST', 'allocations', { name: 'a-system', resource_class: 'x' });
    expect(await listed('owner reader', 'allocations')).toEqual(['a-owner']);
    expect(await listed('system reader', 'allocations')).toEqual(['a-owner', 'a-system']);
    expect((await ask('stranger reader', 'GET', 'allocations/a-owner')).status).toBe(404);
    await must('owner manager', 'POST', 'runbooks', { name: 'CUSTOM_OWN', steps });
    await must('system member', 'POST', 'runbooks', { name: 'CUSTOM_ALL', steps, public: true });
    await must('system member', 'POST', 'runbooks', { name: 'CUSTOM_NONE', steps });
    expect(await listed('owner reader', 'runbooks')).toEqual(['CUSTOM_ALL', 'CUSTOM_OWN']);
    expect(await listed('stranger reader', 'runbooks')).toEqual(['CUSTOM_ALL']);
    expect((await ask('stranger reader', 'GET', 'runbooks/CUSTOM_ALL')).status).toBe(200);
    expect((await ask('stranger reader', 'GET', 'runbooks/CUSTOM_OWN')).status).toBe(403);
  });
});

describe('a node', () => {
  // What a real Ironic 39 with a real Keystone answers to the same requests.
  test.each([
    ['system reader', 'free', 200],
    ['owner reader', 'theirs', 200],
    ['lessee reader', 'theirs', 200],
    ['owner service', 'theirs', 200],
    ['lessee service', 'theirs', 404],
    ['stranger admin', 'theirs', 404],
    ['owner admin', 'free', 404],
  ])('asked for by %s: %s is %i', async (who, node, status) => {
    const reply = await ask(who, 'GET', `nodes/${node}`);
    expect(reply.status).toBe(status);
    expect(reply.fault).toBe(status === 404 ? `Node ${node} could not be found.` : '');
  });

  test.each([
    ['owner member', '/extra/a', 'x', 200],
    ['lessee member', '/extra/a', 'x', 200],
    ['owner reader', '/extra/a', 'x', 403],
    ['lessee member', '/instance_info/a', 'x', 403],
    ['lessee manager', '/instance_info/a', 'x', 200],
    ['lessee admin', '/lessee', 'another', 403],
    ['owner member', '/lessee', 'another', 200],
    ['owner admin', '/owner', 'another', 403],
    ['system member', '/owner', 'another', 200],
    ['owner member', '/boot_interface', 'fake', 403],
    ['owner manager', '/boot_interface', 'fake', 200],
    ['owner admin', '/automated_clean', false, 403],
    ['owner member', '/automated_clean', true, 200],
    ['system admin', '/automated_clean', false, 200],
    ['system manager', '/shard', 's', 403],
    ['owner admin', '/disable_power_off', true, 403],
    ['lessee admin', '/description', 'd', 200],
    ['stranger admin', '/extra/a', 'x', 404],
  ])('patched by %s at %s to %s: %i', async (who, path, value, status) => {
    expect((await ask(who, 'PATCH', 'nodes/theirs', [{ op: 'add', path, value }])).status).toBe(status);
  });

  test('is refused with the name of the rule, and a patch with one forbidden field changes nothing', async () => {
    const patch = [
      { op: 'add', path: '/extra/a', value: 'x' },
      { op: 'add', path: '/owner', value: 'another' },
    ];
    const reply = await ask('owner admin', 'PATCH', 'nodes/theirs', patch);
    expect(reply.fault).toBe('Access was denied to the following resource: baremetal:node:update:owner');
    expect((await must('system reader', 'GET', 'nodes/theirs'))['extra']).toEqual({});
  });

  test('hides from the lessee what the owner sees', async () => {
    await api.database.node.updateMany({ data: { lastError: 'fan 3 of rack 9', driverInternalInfo: { a: 1 } } });
    const fields = 'last_error,reservation,driver_info,driver_internal_info';
    const seen = (who: string) => must(who, 'GET', `nodes/theirs?fields=${fields}`);
    expect(await seen('owner reader')).toMatchObject({ last_error: 'fan 3 of rack 9', reservation: null });
    const hidden = {
      last_error: '** Value Redacted - Requires baremetal:node:get:last_error permission. **',
      reservation: '** Redacted - requires baremetal:node:get:reservation permission. **',
      driver_info: { content: '** Redacted - requires baremetal:node:get:driver_info permission. **' },
      driver_internal_info: {
        content: '** Redacted - Requires baremetal:node:get:driver_internal_info permission. **',
      },
    };
    expect(await seen('lessee admin')).toMatchObject(hidden);
    const { nodes } = await must('lessee reader', 'GET', 'nodes/detail');
    expect(nodes).toMatchObject([hidden]);
  });

  test('of a project belongs to it; another owner only the system may name', async () => {
    expect((await must('new admin', 'POST', 'nodes', { driver: 'fake-hardware' }))['owner']).toBe('new');
    const other = { driver: 'fake-hardware', owner: 'owner' };
    expect((await ask('new admin', 'POST', 'nodes', other)).status).toBe(400);
    expect((await must('system admin', 'POST', 'nodes', other))['owner']).toBe('owner');
    const refused = await ask('new manager', 'POST', 'nodes', { driver: 'fake-hardware' });
    expect(refused).toMatchObject({
      status: 403,
      fault: 'Access was denied to the following resource: baremetal:node:create',
    });
  });

  test('is deleted by the system, or by an admin of its owner', async () => {
    expect((await ask('owner manager', 'DELETE', 'nodes/theirs')).status).toBe(403);
    expect((await ask('lessee admin', 'DELETE', 'nodes/theirs')).status).toBe(403);
    expect((await ask('stranger admin', 'DELETE', 'nodes/theirs')).status).toBe(404);
    expect((await ask('owner admin', 'DELETE', 'nodes/theirs')).status).toBe(204);
    expect((await ask('system admin', 'DELETE', 'nodes/free')).status).toBe(204);
  });

  test('takes verbs from owner members and lessee managers, and remembers who asked', async () => {
    expect((await ask('lessee member', 'PUT', 'nodes/theirs/states/provision', { target: 'manage' })).status).toBe(403);
    const theirs = 'req-01234567-89ab-4def-8123-456789abcdef';
    const headers = { 'X-OpenStack-Request-Id': theirs };
    const taken = await ask('lessee manager', 'PUT', 'nodes/theirs/states/provision', { target: 'manage' }, headers);
    expect(taken.status).toBe(202);
    const [operation] = await api.database.operation.findMany();
    expect(operation).toMatchObject({ requester: 'id-of-lessee-manager', project: 'lessee', requestId: theirs });
  });

  test('takes steps on child nodes only if their states may be changed too', async () => {
    const uuids: unknown[] = [];
    for (const [name, more] of [
      ['leased', { lessee: 'lessee' }],
      ['foreign', {}],
    ] as const) {
      const node = { driver: 'fake-hardware', name, owner: 'another', ...more };
      uuids.push((await must('system admin', 'POST', 'nodes', node))['uuid']);
    }
    await api.database.node.updateMany({ where: { name: 'theirs' }, data: { provisionState: 'manageable' } });
    const clean = async (who: string, child: unknown) => {
      const step = { interface: 'deploy', step: 'erase', execute_on_child_nodes: true };
      const body = { target: 'clean', clean_steps: [{ ...step, limit_child_node_execution: [child] }] };
      return (await ask(who, 'PUT', 'nodes/theirs/states/provision', body)).status;
    };
    const [leased, foreign] = uuids;
    expect(await clean('lessee admin', foreign)).toBe(404);
    expect(await api.database.operation.count()).toBe(0);
    expect(await clean('lessee admin', leased)).toBe(202);
  });

  test('takes no other id of a request than one of the form of OpenStack', async () => {
    const headers = { 'X-OpenStack-Request-Id': 'req-1 --evil' };
    await ask('owner manager', 'PUT', 'nodes/theirs/states/provision', { target: 'manage' }, headers);
    const [operation] = await api.database.operation.findMany();
    expect(operation?.requestId).toMatch(/^req-[0-9a-f-]{36}$/);
  });
});

describe('a port', () => {
  test.each([
    ['owner admin', 'theirs', 201],
    ['owner manager', 'theirs', 201],
    ['owner member', 'theirs', 403],
    ['lessee admin', 'theirs', 403],
    ['stranger admin', 'theirs', 403],
    ['system manager', 'free', 201],
    ['system member', 'free', 403],
  ])('added by %s to %s: %i', async (who, node, status) => {
    const { uuid } = await must('system admin', 'GET', `nodes/${node}`);
    expect((await ask(who, 'POST', 'ports', { node_uuid: uuid, address: '02:00:00:00:00:09' })).status).toBe(status);
  });

  test('of a node that a project may not read does not exist for it', async () => {
    const { uuid: node } = await must('system admin', 'GET', 'nodes/theirs');
    const { uuid } = await must('system admin', 'POST', 'ports', { node_uuid: node, address: '02:00:00:00:00:09' });
    expect((await ask('stranger admin', 'GET', `ports/${String(uuid)}`)).status).toBe(404);
    expect((await ask('lessee member', 'GET', `ports/${String(uuid)}`)).status).toBe(200);
    expect((await ask('lessee member', 'DELETE', `ports/${String(uuid)}`)).status).toBe(403);
    expect((await ask('owner admin', 'DELETE', `ports/${String(uuid)}`)).status).toBe(204);
  });
});

test.each([
  ['owner admin', 'drivers', 403],
  ['system reader', 'drivers', 200],
  ['owner admin', 'chassis', 403],
  ['system service', 'chassis', 200],
  ['owner reader', 'conductors', 403],
  ['system reader', 'conductors', 200],
  ['owner reader', 'shards', 403],
  ['owner admin', 'deploy_templates', 403],
  ['system reader', 'inspection_rules', 200],
  ['owner reader', 'volume', 403],
  ['system reader', 'volume', 200],
])('%s asks for %s: %i', async (who, path, status) => {
  expect((await ask(who, 'GET', path)).status).toBe(status);
});
