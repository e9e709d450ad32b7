import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openedRuleParts } from '#database/inspection-rules.js';
import { startTestApi, type TestApi } from '../../../../test/support/api.js';
import { ask, type Reply } from '../../../../test/support/ask.js';

const password = 'a-secret-of-a-rule';
const actions = [{ op: 'set-attribute', args: { path: 'driver_info/ipmi_password', value: password } }];
const conditions = [{ op: '!eq', args: ['{node.name}', password] }];
let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
}, 120_000);

afterAll(async () => {
  await api.stop();
});

beforeEach(async () => {
  await api.database.inspectionRule.deleteMany();
});

function call(method: string, path: string, body?: unknown, minor?: number): Promise<Reply> {
  return ask(api.url, method, path, body, minor);
}

async function newRule(body: object = {}): Promise<string> {
  const reply = await call('POST', '/v1/inspection_rules', { actions, ...body });
  expect(reply.fault).toBe('');
  return String(reply.body['uuid']);
}

const set = (path: string, value: unknown) => ({ op: 'replace', path, value });

async function keptText(uuid: string): Promise<string> {
  return JSON.stringify(await api.database.inspectionRule.findUniqueOrThrow({ where: { uuid } }));
}

test('a sensitive rule is sealed as a whole, and shows neither actions nor conditions', async () => {
  const uuid = await newRule({ sensitive: true, conditions: [{ op: 'eq', args: { values: [password] } }] });
  expect(await keptText(uuid)).not.toContain(password);
  for (const path of [`/v1/inspection_rules/${uuid}`, '/v1/inspection_rules?detail=true']) {
    const { body } = await call('GET', path);
    expect(JSON.stringify(body)).not.toContain(password);
    expect(JSON.stringify(body)).toMatch(/"conditions":null,"actions":null/);
  }
  const row = await api.database.inspectionRule.findUniqueOrThrow({ where: { uuid } });
  expect(openedRuleParts(row, api.secrets).actions).toEqual(actions);
});

test('a rule that becomes sensitive is sealed, and stays sensitive', async () => {
  const uuid = await newRule();
  expect((await call('GET', `/v1/inspection_rules/${uuid}`)).body['actions']).toEqual(actions);
  await call('PATCH', `/v1/inspection_rules/${uuid}`, [set('/sensitive', true)]);
  expect(await keptText(uuid)).not.toContain(password);
  const refused = await call('PATCH', `/v1/inspection_rules/${uuid}`, [set('/sensitive', false)]);
  expect(refused.fault).toMatch(/cannot have the sensitive flag unset\.$/);
  const removed = await call('PATCH', `/v1/inspection_rules/${uuid}`, [{ op: 'remove', path: '/sensitive' }]);
  expect(removed.body).toMatchObject({ sensitive: true, actions: null });
  expect(await keptText(uuid)).not.toContain(password);
});

test('a rule without conditions is made, with none', async () => {
  const uuid = await newRule();
  expect((await call('GET', `/v1/inspection_rules/${uuid}`)).body['conditions']).toEqual([]);
});

test('of loops only those that are filled are shown, with how many of their items must hold', async () => {
  const uuid = await newRule({
    actions: [{ op: 'log', args: ['m'], loop: [], note: 'kept' }],
    conditions: [{ op: 'is-none', args: { value: '{item}' }, loop: ['a'], other: 1 }],
  });
  const { body } = await call('GET', `/v1/inspection_rules/${uuid}`);
  expect(body['actions']).toEqual([{ op: 'log', args: ['m'] }]);
  expect(body['conditions']).toEqual([{ op: 'is-none', args: { value: '{item}' }, loop: ['a'], multiple: 'any' }]);
});

test('wrong arguments and a wrong phase are told together', async () => {
  const { status, fault } = await call('POST', '/v1/inspection_rules', {
    actions: [{ op: 'add-trait', args: {} }],
    conditions,
    phase: 'late',
  });
  expect(status).toBe(400);
  expect(fault).toBe(
    'Multiple validation errors occurred: Invalid phase: late. Valid phases are: main; ' +
      'Invalid parameters for action operator add-trait: missing required argument(s): name',
  );
});

test('the links that a rule and a list give lead to it', async () => {
  const uuids = [await newRule({ priority: 1 }), await newRule({ priority: 2 })];
  const first = await call('GET', '/v1/inspection_rules?limit=1');
  const second = await call('GET', String(first.body['next']).slice(api.url.length));
  expect(second.body['inspection_rules']).toMatchObject([{ uuid: uuids[1] }]);
  const { body } = await call('GET', `/v1/inspection_rules/${uuids[0]}`);
  const [self] = Array.isArray(body['links']) ? body['links'] : [];
  expect((await call('GET', String(self.href).slice(api.url.length))).body['uuid']).toBe(uuids[0]);
});

test('rules of another phase are left out', async () => {
  await newRule();
  expect((await call('GET', '/v1/inspection_rules?phase=main')).body['inspection_rules']).toHaveLength(1);
  expect((await call('GET', '/v1/inspection_rules?phase=other')).body['inspection_rules']).toEqual([]);
});
