import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../../../test/support/api.js';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
}, 120_000);
afterAll(() => api.stop());
beforeEach(async () => {
  await api.database.node.deleteMany();
  await api.database.runbook.deleteMany();
  await api.database.deployTemplate.deleteMany();
  api.temporalError = undefined;
});

interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly fault: string;
}

async function call(method: string, path: string, body?: unknown, version = '1.115'): Promise<Reply> {
  const response = await fetch(`${api.url}/v1/${path}`, {
    method,
    headers: { 'X-OpenStack-Ironic-API-Version': version, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const parsed: Record<string, unknown> = text === '' ? {} : JSON.parse(text);
  const inner: Record<string, unknown> =
    typeof parsed['error_message'] === 'string' ? JSON.parse(parsed['error_message']) : {};
  const fault = inner['faultstring'];
  return { status: response.status, body: parsed, fault: typeof fault === 'string' ? fault : '' };
}

/** A node of fake-hardware in a state where only flows can bring it. */
async function nodeIn(state: string, fields: object = {}): Promise<string> {
  const { body } = await call('POST', 'nodes', { driver: 'fake-hardware', ...fields });
  const uuid = String(body['uuid']);
  await api.database.node.update({ where: { uuid }, data: { provisionState: state } });
  return uuid;
}

function provision(uuid: string, target: string, more: object = {}, version?: string): Promise<Reply> {
  return call('PUT', `nodes/${uuid}/states/provision`, { target, ...more }, version);
}

async function newestOperation(uuid: string) {
  return api.database.operation.findFirstOrThrow({ where: { node: { uuid } }, orderBy: { number: 'desc' } });
}

const log = { interface: 'vendor', step: 'log_passthrough' };

describe('every verb is accepted where the state allows it', () => {
  test.for([
    ['inspect', 'manageable', {}, 'inspecting', 'inspect'],
    ['clean', 'manageable', { clean_steps: [log] }, 'cleaning', 'clean'],
    ['adopt', 'manageable', {}, 'adopting', 'adopt'],
    ['rescue', 'active', { rescue_password: 'x' }, 'rescuing', 'rescue'],
    ['unrescue', 'rescue', {}, 'unrescuing', 'unrescue'],
    ['service', 'active', { service_steps: [log] }, 'servicing', 'service'],
  ] as const)('%s from %s', async ([target, from, more, state, type]) => {
    const uuid = await nodeIn(from);
    expect((await provision(uuid, target, more)).status).toBe(202);
    expect((await call('GET', `nodes/${uuid}`)).body['provision_state']).toBe(state);
    expect(await newestOperation(uuid)).toMatchObject({ type, status: 'pending' });
  });

  test.for([
    ['inspect', 'manageable', { inspect_interface: 'no-inspect' }, {}, 'does not support inspect'],
    ['rescue', 'active', { rescue_interface: 'no-rescue' }, { rescue_password: 'x' }, 'does not support rescue'],
  ] as const)('%s is refused by a driver that cannot', async ([target, from, fields, more, reason]) => {
    const uuid = await nodeIn(from, fields);
    const { status, fault } = await provision(uuid, target, more);
    expect([status, fault]).toEqual([400, expect.stringContaining(reason)]);
    const { provisionState } = await api.database.node.findUniqueOrThrow({ where: { uuid } });
    expect(provisionState).toBe(from);
  });
});

describe('runbooks', () => {
  const steps = [
    { ...log, order: 2, args: {} },
    { interface: 'bios', step: 'factory_reset', order: 1, args: { admin_password: 'hidden words' } },
  ];

  async function runbook(): Promise<string> {
    const { body } = await call('POST', 'runbooks', { name: 'CUSTOM_RESET', steps, disable_ramdisk: true });
    await call('PUT', `runbooks/${String(body['uuid'])}/traits`, { traits: ['CUSTOM_FIT'] });
    return String(body['uuid']);
  }

  test('are frozen into the operation, by their order, with secrets sealed', async () => {
    const ident = await runbook();
    const uuid = await nodeIn('manageable');
    await call('PUT', `nodes/${uuid}/traits`, { traits: ['CUSTOM_FIT'] });
    expect((await provision(uuid, 'clean', { runbook: ident })).status).toBe(202);
    await call('DELETE', `runbooks/${ident}`);
    const { plan } = await newestOperation(uuid);
    expect(plan).toMatchObject({
      userSteps: [{ interface: 'bios', step: 'factory_reset' }, log],
      disableRamdisk: true,
    });
    expect(JSON.stringify(plan)).not.toContain('hidden words');
  });

  test('need one of their traits on the node, before 1.112 their name', async () => {
    const ident = await runbook();
    const uuid = await nodeIn('active');
    const refused = await provision(uuid, 'service', { runbook: ident });
    expect([refused.status, refused.fault]).toEqual([
      400,
      expect.stringContaining("any of the runbook's traits ['CUSTOM_FIT']"),
    ]);
    await call('PUT', `nodes/${uuid}/traits`, { traits: ['CUSTOM_RESET'] });
    expect((await provision(uuid, 'service', { runbook: ident })).status).toBe(400);
    expect((await provision(uuid, 'service', { runbook: 'CUSTOM_RESET' }, '1.111')).status).toBe(202);
  });

  test('that are not there, or come with steps, are refused', async () => {
    const uuid = await nodeIn('manageable');
    expect((await provision(uuid, 'clean', { runbook: 'nope' })).status).toBe(404);
    expect((await provision(uuid, 'clean', { runbook: 'nope' }, '1.91')).status).toBe(406);
    const ident = await runbook();
    await call('PUT', `nodes/${uuid}/traits`, { traits: ['CUSTOM_FIT'] });
    const { fault } = await provision(uuid, 'clean', { runbook: ident, clean_steps: [log] });
    expect(fault).toBe('Please provide either "clean_steps" or a runbook, but not both.');
  });
});

describe('deploy templates', () => {
  const template = (steps: object[]) => call('POST', 'deploy_templates', { name: 'CUSTOM_FAST', steps });

  async function wanting(): Promise<string> {
    const uuid = await nodeIn('available');
    await call('PUT', `nodes/${uuid}/traits`, { traits: ['CUSTOM_FAST'] });
    await call('PATCH', `nodes/${uuid}`, [{ op: 'add', path: '/instance_info/traits', value: ['CUSTOM_FAST'] }]);
    return uuid;
  }

  test('that the instance’s traits name are frozen into the deploy', async () => {
    await template([{ interface: 'bios', step: 'factory_reset', args: {}, priority: 120 }]);
    const uuid = await wanting();
    expect((await provision(uuid, 'active')).status).toBe(202);
    expect((await newestOperation(uuid)).plan).toMatchObject({
      userSteps: [],
      templateSteps: [{ interface: 'bios', step: 'factory_reset', priority: 120 }],
    });
  });

  test('that cannot run refuse the deploy', async () => {
    await template([{ interface: 'deploy', step: 'deploy', args: {}, priority: 120 }]);
    const { status, fault } = await provision(await wanting(), 'active');
    expect([status, fault]).toEqual([400, expect.stringContaining('Matching deploy templates: CUSTOM_FAST.')]);
  });
});

describe('secrets of a verb', () => {
  test('the rescue password is sealed on the node, shown masked, and nowhere else', async () => {
    const uuid = await nodeIn('active');
    await provision(uuid, 'rescue', { rescue_password: 'open sesame' });
    const row = await api.database.node.findUniqueOrThrow({ where: { uuid } });
    expect(api.secrets.openSecrets(JSON.parse(JSON.stringify(row.instanceInfo)))).toMatchObject({
      rescue_password: 'open sesame',
      hashed_rescue_password: expect.stringMatching(/^\$5\$/),
    });
    const { plan } = await newestOperation(uuid);
    expect(JSON.stringify([row, plan])).not.toContain('open sesame');
    expect((await call('GET', `nodes/${uuid}`)).body['instance_info']).toEqual({
      rescue_password: '******',
      hashed_rescue_password: '******',
    });
  });

  test.for(['https://example.com/drive', 'YWJj', { meta_data: { a: 1 } }])('config drive %j', async (configdrive) => {
    const uuid = await nodeIn('available');
    expect((await provision(uuid, 'active', { configdrive })).status).toBe(202);
    const row = await api.database.node.findUniqueOrThrow({ where: { uuid } });
    const info = api.secrets.openSecrets(JSON.parse(JSON.stringify(row.instanceInfo)));
    expect(info).toEqual({
      configdrive: typeof configdrive === 'string' ? configdrive : JSON.stringify(configdrive),
    });
    expect((await newestOperation(uuid)).plan).toMatchObject({ configDrive: true });
  });
});

describe('steps on child nodes', () => {
  const onChildren = (limit: string[]) => ({
    clean_steps: [{ ...log, execute_on_child_nodes: true, limit_child_node_execution: limit }],
  });

  test('are limited to nodes that are there', async () => {
    const uuid = await nodeIn('manageable');
    expect((await provision(uuid, 'clean', onChildren(['zz']))).status).toBe(400);
    expect((await provision(uuid, 'clean', onChildren([randomUUID()]))).status).toBe(404);
    expect((await provision(uuid, 'clean', onChildren([uuid]))).status).toBe(202);
  });
});

describe('requests to a waiting operation', () => {
  test.for([
    ['unhold', 'service hold'],
    ['abort', 'service hold'],
    ['abort', 'inspect wait'],
    ['abort', 'rescue wait'],
    ['unhold', 'clean hold'],
  ] as const)('%s in %s is written beside it', async ([target, state]) => {
    const uuid = await nodeIn('active');
    await provision(uuid, 'service', { service_steps: [log] });
    await api.database.node.update({ where: { uuid }, data: { provisionState: state } });
    expect((await provision(uuid, target)).status).toBe(202);
    const requests = await api.database.operationRequest.findMany();
    expect(requests.map(({ kind }) => kind)).toEqual([target]);
  });

  test('abort marks a step that cannot be interrupted at once', async () => {
    const uuid = await nodeIn('active');
    await provision(uuid, 'service', { service_steps: [log] });
    const serviceStep = { ...log, priority: 0, abortable: false };
    await api.database.node.update({ where: { uuid }, data: { provisionState: 'service wait', serviceStep } });
    expect((await provision(uuid, 'abort')).status).toBe(202);
    expect((await call('GET', `nodes/${uuid}`)).body['service_step']).toEqual({ ...serviceStep, abort_after: true });
  });

  test('service from its hold takes the place of the one that holds', async () => {
    const uuid = await nodeIn('active');
    await provision(uuid, 'service', { service_steps: [log] });
    const first = await newestOperation(uuid);
    await api.database.node.update({ where: { uuid }, data: { provisionState: 'service hold' } });
    expect((await provision(uuid, 'service', { service_steps: [log] })).status).toBe(202);
    const older = await api.database.operation.findUniqueOrThrow({ where: { id: first.id } });
    expect(older.status).toBe('superseded');
    expect((await newestOperation(uuid)).number).toBe(first.number + 1);
  });

  test.for(['rescue wait', 'service wait'])('deleted in %s takes its place', async (state) => {
    const uuid = await nodeIn('active');
    await provision(uuid, 'service', { service_steps: [log] });
    await api.database.node.update({ where: { uuid }, data: { provisionState: state } });
    expect((await provision(uuid, 'deleted')).status).toBe(202);
    expect((await newestOperation(uuid)).type).toBe('teardown');
  });
});

describe('abort of a failed servicing', () => {
  async function failed(booted: boolean): Promise<string> {
    const uuid = await nodeIn('active');
    await provision(uuid, 'service', { service_steps: [log] });
    const { id, nodeId } = await newestOperation(uuid);
    await api.database.operation.update({ where: { id }, data: { status: 'failed' } });
    await api.database.node.update({ where: { uuid }, data: { provisionState: 'service failed' } });
    if (booted) {
      await api.database.boot.create({
        data: { id: randomUUID(), nodeId, operationId: id, number: 1, agentToken: 'x', endedAt: new Date() },
      });
    }
    return uuid;
  }

  test('leads back to active at once', async () => {
    const uuid = await failed(false);
    const before = api.started.length;
    expect((await provision(uuid, 'abort')).status).toBe(202);
    const { body } = await call('GET', `nodes/${uuid}`);
    expect(body).toMatchObject({
      provision_state: 'active',
      target_provision_state: null,
      last_error: 'By request, the service operation was aborted',
    });
    expect(api.started).toHaveLength(before);
  });

  test('restarts a machine that was left in its ramdisk', async () => {
    const uuid = await failed(true);
    expect((await provision(uuid, 'abort')).status).toBe(202);
    expect((await call('GET', `nodes/${uuid}`)).body).toMatchObject({
      provision_state: 'active',
      reservation: 'localhost',
    });
    expect(await newestOperation(uuid)).toMatchObject({ type: 'power', plan: { power: { target: 'rebooting' } } });
  });
});
