import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../../../test/support/api.js';
import { ask } from '../../../../test/support/ask.js';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
  const created = await ask(api.url, 'POST', '/v1/nodes', { driver: 'fake-hardware', name: 'one' });
  const node = await api.database.node.findUniqueOrThrow({ where: { uuid: String(created.body['uuid']) } });
  const entry = (event: string, user: string | null, day: number) => ({
    uuid: randomUUID(),
    nodeId: node.id,
    createdAt: new Date(Date.UTC(2026, 0, day)),
    severity: 'ERROR',
    eventType: 'deploying',
    event,
    user,
    project: 'p',
    state: 'deploying',
  });
  await api.database.nodeHistory.createMany({
    data: [entry('last', 'u', 3), entry('x'.repeat(300), null, 1), entry('second', 'u', 2)],
  });
}, 120_000);

afterAll(async () => {
  await api.stop();
});

/** Events of all pages of one entry each, as the `next` links lead; their first letters. */
async function eventsByPage(query: string): Promise<string> {
  let letters = '';
  let path: string | undefined = `/v1/nodes/one/history?limit=1&${query}`;
  while (path !== undefined) {
    const { body } = await ask(api.url, 'GET', path);
    const [entry] = Array.isArray(body['history']) ? body['history'] : [];
    letters += String(entry?.event ?? '').slice(0, 1);
    path = typeof body['next'] === 'string' ? body['next'].slice(api.url.length) : undefined;
  }
  return letters;
}

test.each([
  ['', 'xsl'],
  ['sort_dir=desc', 'lsx'],
  ['detail=true', 'xsl'],
  ['sort_key=user', 'xls'],
  ['sort_key=event', 'lsx'],
])('pages of history with "%s" lead through all entries once', async (query, letters) => {
  expect(await eventsByPage(query)).toBe(letters);
});

test('a list shows the beginning of a long event, and with detail all of it', async () => {
  const short = await ask(api.url, 'GET', '/v1/nodes/one/history?limit=1');
  expect(short.body['history']).toMatchObject([{ event: `${'x'.repeat(251)}...` }]);
  const [entry] = Array.isArray(short.body['history']) ? short.body['history'] : [];
  expect(Object.keys(entry)).toEqual(['uuid', 'created_at', 'severity', 'event', 'links']);
  const detail = await ask(api.url, 'GET', '/v1/nodes/one/history?limit=1&detail=true');
  expect(detail.body['history']).toMatchObject([{ event: 'x'.repeat(300), event_type: 'deploying', user: null }]);
  const one = await ask(api.url, 'GET', `/v1/nodes/one/history/${entry.uuid}`);
  expect(one.body).toMatchObject({ event: 'x'.repeat(300) });
});

test('the second page of a list with detail has it too', async () => {
  const first = await ask(api.url, 'GET', '/v1/nodes/one/history?limit=1&detail=true');
  const second = await ask(api.url, 'GET', String(first.body['next']).slice(api.url.length));
  expect(second.body['history']).toMatchObject([{ event: 'second', event_type: 'deploying', user: 'u' }]);
});

test.each([
  [112, false, false],
  [113, true, false],
  [115, true, true],
])('at 1.%i an entry shows its project (%s) and its state (%s)', async (minor, project, state) => {
  const { body } = await ask(api.url, 'GET', '/v1/nodes/one/history?detail=true', undefined, minor);
  const [entry] = Array.isArray(body['history']) ? body['history'] : [];
  expect('project' in entry).toBe(project);
  expect('state' in entry).toBe(state);
});

test.each(['project', 'state', 'node_id'])(
  'history is not sorted by %s, which Ironic has no column for',
  async (key) => {
    const { status, fault } = await ask(api.url, 'GET', `/v1/nodes/one/history?sort_key=${key}`);
    expect(status).toBe(400);
    expect(fault).toBe(`The sort_key value "${key}" is an invalid field for sorting`);
  },
);
