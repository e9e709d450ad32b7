import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../../../test/support/api.js';
import { ask } from '../../../../test/support/ask.js';
import { statementsOf } from '../../../../test/support/query-count.js';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
  await ask(api.url, 'POST', '/v1/nodes', { driver: 'fake-hardware', name: 'pattern' });
  await fill(5);
}, 120_000);

afterAll(async () => {
  await api.stop();
});

/** A MAC address of its own for each number. */
function mac(first: string, number: number): string {
  return `${first}:00:00:00:00:${number.toString(16).padStart(2, '0')}`;
}

/** Makes `count` of everything that has a list, each with its relations; some properties are equal, some null. */
async function fill(count: number): Promise<void> {
  const { database } = api;
  const pattern = await database.node.findUniqueOrThrow({ where: { name: 'pattern' } });
  const have = await database.chassis.count();
  for (let number = have; number < count; number++) {
    const chassis = await database.chassis.create({
      data: { uuid: randomUUID(), description: number % 3 === 0 ? null : `rack ${number % 2}` },
    });
    const { id: _, ...columns } = pattern;
    const node = await database.node.create({
      // The columns of one row fit those of another; only null for JSON is written otherwise, and none is null.
      data: {
        ...JSON.parse(JSON.stringify(columns)),
        uuid: randomUUID(),
        name: `node-${number}`,
        chassisId: chassis.id,
        traits: { create: [{ trait: 'CUSTOM_A' }, { trait: `CUSTOM_B${number}` }] },
      },
    });
    const portgroup = await database.portgroup.create({
      data: { uuid: randomUUID(), nodeId: node.id, mode: 'active-backup', address: mac('52', number) },
    });
    await database.port.create({
      data: { uuid: randomUUID(), nodeId: node.id, portgroupId: portgroup.id, address: mac('54', number) },
    });
    await fillOthers(number, node.id);
  }
}

async function fillOthers(number: number, nodeId: number): Promise<void> {
  const { database } = api;
  const uuid = () => randomUUID();
  const steps = [{ interface: 'bios', step: 'factory_reset', args: {}, priority: 1 }];
  await database.deployTemplate.create({ data: { uuid: uuid(), name: `CUSTOM_${number}`, steps } });
  const traits = { create: [{ trait: 'CUSTOM_A' }, { trait: `CUSTOM_B${number}` }] };
  await database.runbook.create({ data: { uuid: uuid(), name: `book-${number}`, steps, traits } });
  await database.inspectionRule.create({ data: { uuid: uuid(), actions: [] } });
  await database.allocation.create({ data: { uuid: uuid(), nodeId, state: 'active', resourceClass: 'large' } });
  await database.volumeConnector.create({
    data: { uuid: uuid(), nodeId, type: 'iqn', connectorId: String(number) },
  });
  await database.volumeTarget.create({
    data: { uuid: uuid(), nodeId, volumeType: 'iscsi', bootIndex: 0, volumeId: String(number) },
  });
}

/** Path and key of every list that pages. */
const lists: readonly (readonly [path: string, key: string])[] = [
  ['/v1/nodes', 'nodes'],
  ['/v1/nodes?fields=uuid,chassis_uuid,traits', 'nodes'],
  ['/v1/nodes?fields=uuid,name', 'nodes'],
  ['/v1/nodes/detail', 'nodes'],
  ['/v1/ports', 'ports'],
  ['/v1/ports/detail', 'ports'],
  ['/v1/portgroups', 'portgroups'],
  ['/v1/portgroups/detail', 'portgroups'],
  ['/v1/chassis', 'chassis'],
  ['/v1/chassis/detail', 'chassis'],
  ['/v1/allocations', 'allocations'],
  ['/v1/deploy_templates', 'deploy_templates'],
  ['/v1/deploy_templates?detail=true', 'deploy_templates'],
  ['/v1/runbooks', 'runbooks'],
  ['/v1/runbooks?detail=true', 'runbooks'],
  ['/v1/inspection_rules?detail=true', 'inspection_rules'],
  ['/v1/volume/connectors', 'connectors'],
  ['/v1/volume/targets?detail=true', 'targets'],
];

/** One answer of a list: the UUIDs of its items, and where it goes on. */
async function page(path: string, key: string) {
  const { status, body } = await ask(api.url, 'GET', path);
  expect(status).toBe(200);
  const items: unknown = body[key];
  if (!Array.isArray(items)) throw new TypeError(`${path} gave no ${key}.`);
  const { next } = body;
  return { uuids: items.map(uuidOf), next: typeof next === 'string' ? next.slice(api.url.length) : undefined };
}

function valuesOf(items: unknown, field: string): readonly unknown[] {
  return Array.isArray(items) ? items.map((item: Record<string, unknown>) => item[field]) : [];
}

function uuidOf(item: unknown): string {
  return typeof item === 'object' && item !== null && 'uuid' in item ? String(item.uuid) : '';
}

describe('a list', () => {
  test('takes the same statements for 5 items as for 50', { timeout: 60_000 }, async () => {
    const few = new Map<string, readonly string[]>();
    for (const [path, key] of lists) {
      few.set(path, await statementsOf(async () => expect((await page(path, key)).uuids.length).toBeLessThan(10)));
    }
    await fill(50);
    for (const [path, key] of lists) {
      const many = await statementsOf(async () => expect((await page(path, key)).uuids.length).toBeGreaterThan(49));
      expect(many.length).toBeGreaterThan(0);
      expect(many.length, `${path}\n${many.join('\n')}`).toBe(few.get(path)?.length);
    }
  });

  test('of nodes reads only the relations of the fields that it shows', async () => {
    const statements = async (fields: string) =>
      (await statementsOf(() => ask(api.url, 'GET', `/v1/nodes?fields=${fields}`))).length;
    expect(await statements('uuid,name')).toBeLessThan(await statements('uuid,traits'));
    expect(await statements('uuid,traits')).toBeLessThan(await statements('uuid,traits,chassis_uuid,allocation_uuid'));
  });

  test('of nodes shows each chosen field as all fields show it', async () => {
    const { body } = await ask(api.url, 'GET', '/v1/nodes/detail');
    for (const field of ['traits', 'chassis_uuid', 'allocation_uuid', 'reservation', 'properties']) {
      const chosen = await ask(api.url, 'GET', `/v1/nodes?fields=${field}`);
      expect(valuesOf(chosen.body['nodes'], field)).toEqual(valuesOf(body['nodes'], field));
    }
  });

  test.each(['id', 'uuid', 'description', 'created_at', 'updated_at'])(
    'sorted by %s shows every item once over its pages, also in reverse',
    async (key) => {
      for (const direction of ['asc', 'desc']) {
        const seen: string[] = [];
        let next: string | undefined = `/v1/chassis?limit=7&sort_key=${key}&sort_dir=${direction}`;
        while (next !== undefined) {
          const { uuids, next: following } = await page(next, 'chassis');
          seen.push(...uuids);
          next = following;
        }
        const all = await api.database.chassis.findMany({ select: { uuid: true } });
        expect(seen.length).toBe(all.length);
        expect(new Set(seen)).toEqual(new Set(all.map(({ uuid }) => uuid)));
      }
    },
  );
});
