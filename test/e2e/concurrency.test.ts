import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { until } from './support/poll.js';
import { Product } from './support/product.js';

const minute = 60_000;

let product: Product;

beforeAll(async () => {
  product = await Product.start();
}, 3 * minute);

afterAll(async () => {
  await product.remove();
}, minute);

/** Does `work` for each name, so many at once. */
async function each(names: readonly string[], work: (name: string) => Promise<unknown>, atOnce = 50): Promise<void> {
  const left = [...names];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let name = left.shift(); name !== undefined; name = left.shift()) await work(name);
    }),
  );
}

function named(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}

/** Nodes of fake-hardware in `available`, where clients from before enrolment make them at once, of one resource class. */
async function newNodes(names: readonly string[], resourceClass: string): Promise<void> {
  await each(names, async (name) => {
    const body = { name, driver: 'fake-hardware' };
    const { status } = await product.api.ask('POST', '/v1/nodes', { body, version: '1.10' });
    expect(status).toBe(201);
    await product.api.patch(name, { '/resource_class': resourceClass });
  });
}

const listed = z.object({
  nodes: z.array(
    z.object({
      uuid: z.string(),
      provision_state: z.string(),
      power_state: z.string().nullable(),
      reservation: z.null().or(z.string()),
    }),
  ),
});

/** Waits until no node of the class is worked on and all are in the state. */
async function allAre(resourceClass: string, state: string, withinS: number): Promise<void> {
  const path = `/v1/nodes?resource_class=${resourceClass}&fields=uuid,provision_state,power_state,reservation`;
  let states = '';
  await until(
    `all nodes of ${resourceClass} to be ${state}`,
    withinS,
    async () => {
      const { nodes } = listed.parse(await product.api.call('GET', path));
      states = [...new Set(nodes.map((node) => node.provision_state))].join(', ');
      return nodes.every((node) => node.provision_state === state && node.reservation === null) || undefined;
    },
    () => `They are ${states}.`,
  );
}

it(
  '200 patches of one node at once make a serial history in which nothing is lost',
  { timeout: 3 * minute },
  async () => {
    await newNodes(['patched'], 'patched');
    await product.api.patch('patched', { '/extra/list': [] });
    const values = named('value', 200);
    const seen: number[] = [];
    await Promise.all(
      values.map(async (value) => {
        const patch = [
          { op: 'add', path: `/extra/${value}`, value },
          { op: 'add', path: '/extra/list/-', value },
        ];
        const { extra } = z
          .object({ extra: z.looseObject({ list: z.array(z.string()) }) })
          .parse(await product.api.call('PATCH', '/v1/nodes/patched', patch));
        expect(extra.list.at(-1)).toBe(value);
        seen.push(extra.list.length);
      }),
    );
    const { list, ...single } = z
      .object({ extra: z.looseObject({ list: z.array(z.string()) }) })
      .parse(await product.api.node('patched')).extra;
    expect(list.toSorted()).toEqual(values.toSorted());
    expect(Object.keys(single).toSorted()).toEqual(values.toSorted());
    // Each answer shows one patch more than the one before it.
    expect(seen.toSorted((a, b) => a - b)).toEqual(values.map((_, index) => index + 1));
  },
);

it(
  '1,000 allocations at once of 200 nodes: 200 get one each, 800 are told why not',
  { timeout: 6 * minute },
  async () => {
    const names = named('crowded', 200);
    await newNodes(names, 'crowded');
    // Only nodes whose power state is known are given away.
    await each(names, (name) => product.api.power(name, 'power off'));
    await allAre('crowded', 'available', 120);
    const asked = await Promise.all(
      named('wish', 1000).map((name) =>
        product.api.ask('POST', '/v1/allocations', { body: { name, resource_class: 'crowded' } }),
      ),
    );
    expect(asked.filter(({ status }) => status !== 201)).toEqual([]);
    const path = '/v1/allocations?resource_class=crowded&fields=state,node_uuid,last_error';
    const answer = z.object({
      allocations: z.array(
        z.object({ state: z.string(), node_uuid: z.string().nullable(), last_error: z.string().nullable() }),
      ),
    });
    const allocations = await until('all allocations to be decided', 60, async () => {
      const { allocations: all } = answer.parse(await product.api.call('GET', path));
      return all.every(({ state }) => state !== 'allocating') ? all : undefined;
    });
    const active = allocations.filter(({ state }) => state === 'active');
    const failed = allocations.filter(({ state }) => state === 'error');
    expect({ active: active.length, failed: failed.length }).toEqual({ active: 200, failed: 800 });
    expect(new Set(active.map(({ node_uuid: node }) => node)).size).toBe(200);
    expect(failed.every(({ last_error: reason }) => reason?.includes('no available nodes match'))).toBe(true);
    const taken = await product.rows(
      'SELECT count(*)::int AS count FROM nodes n JOIN allocations a ON a.node_id = n.id AND a.uuid = n.instance_uuid',
    );
    expect(taken).toEqual([{ count: 200 }]);
  },
);

it('300 deploys asked for at once are all accepted and all end in active', { timeout: 8 * minute }, async () => {
  const names = named('deployed', 300);
  await newNodes(names, 'deployed');
  await each(names, (name) =>
    product.api.patch(name, { '/instance_info/image_source': 'http://127.0.0.1:1/disk.raw' }),
  );
  const answers = await Promise.all(
    names.map((name) => product.api.ask('PUT', `/v1/nodes/${name}/states/provision`, { body: { target: 'active' } })),
  );
  expect(answers.filter(({ status }) => status !== 202)).toEqual([]);
  await allAre('deployed', 'active', 180);
});
