import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../../../test/support/api.js';
import { ask } from '../../../../test/support/ask.js';
import { isGone, isStillReferenced } from './database-error.js';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
}, 120_000);

afterAll(async () => {
  await api.stop();
});

test.each(['/v1/nodes?owner=%00', '/v1/ports?description_contains=%00', '/v1/portgroups?shard=a,%00'])(
  'a query with U+0000 is the client’s mistake: %s',
  async (path) => {
    expect((await ask(api.url, 'GET', path)).status).toBe(400);
  },
);

test.each([{ a: '\ud800' }, { '\udc00': 1 }, { a: ['\ud83d'] }])(
  'so is a body with half of a surrogate pair: %j',
  async (extra) => {
    const { status, fault } = await ask(api.url, 'POST', '/v1/chassis', { extra });
    expect(status).toBe(400);
    expect(fault).toContain('cannot be stored');
    expect(await api.database.chassis.count()).toBe(0);
  },
);

test('so is a name that no index can hold', async () => {
  const { body } = await ask(api.url, 'POST', '/v1/nodes', { driver: 'fake-hardware' });
  // Nothing that repeats, for PostgreSQL compresses.
  const name = Array.from({ length: 4000 }, (_, index) => String.fromCodePoint(0x4e00 + ((index * 7919) % 20000))).join(
    '',
  );
  const port = { node_uuid: body['uuid'], address: '52:54:00:00:00:01', name };
  expect((await ask(api.url, 'POST', '/v1/ports', port)).status).toBe(400);
});

test('a row that has gone is told from a link to one', async () => {
  const where = { id: -1 };
  const gone: unknown = await api.database.chassis.update({ where, data: {} }).catch((error: unknown) => error);
  const linked: unknown = await api.database.port
    .create({ data: { uuid: '11111111-2222-4333-8444-555555555555', nodeId: -1, address: '52:54:00:00:00:02' } })
    .catch((error: unknown) => error);
  expect([gone, linked].map((error) => [isGone(error), isStillReferenced(error)])).toEqual([
    [true, false],
    [false, true],
  ]);
});
