import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../../../test/support/api.js';
import { readNode, readNodes } from './node-reader.js';
import { nodeParts } from './node.rows.js';

let api: TestApi;
const ids: number[] = [];

beforeAll(async () => {
  api = await startTestApi();
  const { database } = api;
  const chassis = await database.chassis.create({ data: { uuid: randomUUID() } });
  for (const name of ['a', 'b', 'c']) {
    await fetch(`${api.url}/v1/nodes`, {
      method: 'POST',
      headers: { 'X-OpenStack-Ironic-API-Version': '1.95', 'Content-Type': 'application/json' },
      body: JSON.stringify({ name, driver: 'fake-hardware', properties: { cpus: 4, nested: { list: [1.5, null] } } }),
    });
    const { id } = await database.node.findUniqueOrThrow({ where: { name } });
    ids.push(id);
  }
  const [full] = ids;
  if (full === undefined) throw new Error('No node was made.');
  await database.node.update({
    where: { id: full },
    data: { chassisId: chassis.id, instanceUuid: randomUUID(), provisionUpdatedAt: new Date(), secureBoot: true },
  });
  await database.nodeTrait.createMany({ data: ['CUSTOM_B', 'CUSTOM_A'].map((trait) => ({ nodeId: full, trait })) });
  await database.allocation.create({ data: { uuid: randomUUID(), nodeId: full, state: 'active' } });
  const operation = { nodeId: full, class: 'power', type: 'power' };
  await database.operation.create({ data: { ...operation, id: randomUUID(), number: 1, status: 'running' } });
  await database.operation.create({ data: { ...operation, id: randomUUID(), number: 2, status: 'succeeded' } });
}, 120_000);

afterAll(async () => {
  await api.stop();
});

test('nodes are read as Prisma reads them, in the order asked for', async () => {
  const backwards = ids.toReversed();
  const expected = await api.database.node.findMany({ where: { id: { in: ids } }, include: nodeParts });
  const read = await readNodes(api.database, [...backwards, 1_000_000]);
  expect(read).toMatchObject(backwards.map((id) => expected.find((node) => node.id === id) ?? {}));
  expect(read).toHaveLength(3);
  expect(expected.find(({ id }) => id === ids[0])).toMatchObject({ operations: [{ class: 'power' }] });
});

test('one node is found by UUID and by name', async () => {
  const byName = await readNode(api.database, { name: 'a' });
  const expected = await api.database.node.findUniqueOrThrow({ where: { name: 'a' }, include: nodeParts });
  expect(byName).toMatchObject(expected);
  expect(await readNode(api.database, { uuid: byName?.uuid ?? '' })).toEqual(byName);
  expect(await readNode(api.database, { uuid: randomUUID() })).toBeNull();
});
