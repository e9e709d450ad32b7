import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../../../test/support/api.js';
import { ask } from '../../../../test/support/ask.js';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
  const longAgo = new Date('2026-01-01');
  await api.database.conductor.createMany({
    data: [
      { hostname: 'b', conductorGroup: 'two', updatedAt: longAgo },
      { hostname: 'a', conductorGroup: 'two', online: false },
    ],
  });
}, 120_000);

afterAll(async () => {
  await api.stop();
});

/** Host names of all pages of one conductor each, as the `next` links lead. */
async function hostsByPage(query: string): Promise<readonly unknown[]> {
  const hosts: unknown[] = [];
  let path: string | undefined = `/v1/conductors?limit=1&${query}`;
  while (path !== undefined) {
    const { body } = await ask(api.url, 'GET', path);
    const [conductor] = Array.isArray(body['conductors']) ? body['conductors'] : [];
    if (conductor) hosts.push(conductor.hostname);
    path = typeof body['next'] === 'string' ? body['next'].slice(api.url.length) : undefined;
  }
  return hosts;
}

test.each([
  ['sort_key=hostname', ['a', 'b', 'localhost']],
  ['sort_key=hostname&sort_dir=desc', ['localhost', 'b', 'a']],
  ['sort_key=conductor_group', ['localhost', 'b', 'a']],
  ['fields=hostname', ['localhost', 'b', 'a']],
])('pages of conductors with %s lead through all of them once', async (query, hosts) => {
  expect(await hostsByPage(query)).toEqual(hosts);
});

test('a conductor lives as long as it says so and writes its row', async () => {
  const { body } = await ask(api.url, 'GET', '/v1/conductors?fields=hostname,alive&sort_key=hostname');
  expect(body['conductors']).toMatchObject([
    { hostname: 'a', alive: false },
    { hostname: 'b', alive: false },
    { hostname: 'localhost', alive: true },
  ]);
});

test.each([
  ['sort_key=online', 400, 'The sort_key value "online" is an invalid field for sorting'],
  ['marker=nobody', 404, 'Conductor nobody could not be found.'],
])('a list of conductors with %s is refused', async (query, status, text) => {
  expect(await ask(api.url, 'GET', `/v1/conductors?${query}`)).toMatchObject({ status, fault: text });
});
