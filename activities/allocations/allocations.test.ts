import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '#database/client.js';
import type { Prisma } from '#database/generated/client.js';
import type { AllocationRound } from '../contract.js';
import { addSubject, startDatabase, type TestDatabase } from '../testing/database.js';
import { createAllocationActivities } from './index.js';

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await startDatabase();
  database = server.database;
}, 60_000);

afterAll(async () => {
  await server.stop();
});

beforeEach(async () => {
  await database.allocation.deleteMany();
  await database.node.deleteMany();
});

/** A node that fits, unless told otherwise; with a finished operation. */
async function node(changes: Partial<Prisma.NodeUncheckedCreateInput> = {}, operation = 'succeeded'): Promise<number> {
  const free = { provisionState: 'available', powerState: 'power off', resourceClass: 'large', ...changes };
  return (await addSubject(database, free, { status: operation, class: 'power' })).nodeId;
}

async function ask(changes: Partial<Prisma.AllocationUncheckedCreateInput> = {}): Promise<string> {
  const uuid = randomUUID();
  await database.allocation.create({ data: { uuid, resourceClass: 'large', ...changes } });
  return uuid;
}

/** Rounds until nothing is left to do at once. */
async function drain(patientSince = 0): Promise<AllocationRound> {
  const activities = createAllocationActivities({ database });
  for (;;) {
    const round = await activities.allocate(patientSince);
    if (!round.more) return round;
  }
}

async function outcome(uuid: string) {
  return database.allocation.findUniqueOrThrow({ where: { uuid }, include: { node: true } });
}

test('an allocation gets a fitting node, which takes its UUID and traits', async () => {
  const id = await node({ instanceInfo: { kept: true } });
  await database.nodeTrait.create({ data: { nodeId: id, trait: 'CUSTOM_A' } });
  const uuid = await ask({ traits: ['CUSTOM_A'] });
  expect(await drain()).toEqual({ active: 1, failed: 0, waiting: 0, more: false });
  const { state, node: taken } = await outcome(uuid);
  expect(state).toBe('active');
  expect(taken).toMatchObject({ id, instanceUuid: uuid, instanceInfo: { kept: true, traits: ['CUSTOM_A'] } });
});

test('a node that has the name of the allocation is preferred', async () => {
  for (const name of ['a', 'b', 'c', 'd', 'e']) await node({ name });
  const uuid = await ask({ name: 'c' });
  await drain();
  expect((await outcome(uuid)).node?.name).toBe('c');
});

test('a failed allocation names each refused node with its reason', async () => {
  await node({ name: 'off', powerState: null });
  const owned = await database.node.findFirstOrThrow({ where: { name: 'off' } });
  const uuid = await ask({ candidateNodes: [owned.uuid] });
  expect((await drain()).failed).toBe(1);
  expect(await outcome(uuid)).toMatchObject({
    state: 'error',
    lastError:
      `Failed to process allocation ${uuid}: none of the requested nodes are available and match the resource class ` +
      'large. Refused: off (power state not known).',
  });
});

test('a node that somebody works on is waited for, and in the end not had', async () => {
  await node({}, 'running');
  const uuid = await ask();
  expect(await drain(Date.now())).toMatchObject({ waiting: 1, failed: 0 });
  await database.allocation.update({ where: { uuid }, data: { createdAt: new Date(0) } });
  expect(await drain()).toMatchObject({ waiting: 0, failed: 1 });
  expect((await outcome(uuid)).lastError).toContain('could not reserve any of 1 suitable nodes');
});

test('a node whose row is held is waited for without blocking', async () => {
  const id = await node();
  await ask();
  await database.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM nodes WHERE id = ${id} FOR UPDATE`;
    expect(await drain(Date.now())).toMatchObject({ waiting: 1 });
  });
  expect(await drain(Date.now())).toMatchObject({ active: 1 });
});

test('a UUID that is another instance’s already fails the allocation and takes no node', async () => {
  const instanceUuid = randomUUID();
  await node({ instanceUuid, provisionState: 'active' });
  await node();
  await ask({ uuid: instanceUuid });
  await drain();
  expect((await outcome(instanceUuid)).lastError).toContain(`Instance ${instanceUuid} is already associated`);
  expect(await database.node.count({ where: { allocation: { isNot: null } } })).toBe(0);
});

test(
  'workers that serve the same allocations at once take no node twice and lose none',
  { timeout: 60_000 },
  async () => {
    for (let index = 0; index < 20; index++) await node();
    for (let index = 0; index < 60; index++) await ask();
    await Promise.all([drain(Date.now()), drain(Date.now()), drain(Date.now())]);
    await drain();
    const allocations = await database.allocation.findMany();
    const active = allocations.filter(({ state }) => state === 'active');
    expect(active).toHaveLength(20);
    expect(new Set(active.map(({ nodeId }) => nodeId)).size).toBe(20);
    expect(allocations.filter(({ state }) => state === 'error')).toHaveLength(40);
  },
);
