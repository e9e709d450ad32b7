import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../../../test/support/api.js';
import { ask } from '../../../../test/support/ask.js';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
}, 120_000);

afterAll(async () => {
  await api.stop();
});

/** Creates an object. @returns its path */
async function created(path: string, body: object): Promise<string> {
  const reply = await ask(api.url, 'POST', path, body);
  expect(reply.fault).toBe('');
  return `${path}/${String(reply.body['uuid'])}`;
}

/** A node that is off, as changes of its volumes need it. */
async function newNode(): Promise<string> {
  const path = await created('/v1/nodes', { driver: 'fake-hardware' });
  await api.database.node.updateMany({ data: { powerState: 'power off' } });
  return path.split('/').at(-1) ?? '';
}

/** Sends all patches at once; each has to succeed. */
async function patchAtOnce(path: string, patches: readonly (readonly object[])[]): Promise<void> {
  const replies = await Promise.all(patches.map((patch) => ask(api.url, 'PATCH', path, patch)));
  expect(replies.map(({ fault }) => fault).filter((fault) => fault !== '')).toEqual([]);
}

const numbers = Array.from({ length: 30 }, (_, index) => index);
const template = { steps: [{ interface: 'bios', step: 'x', args: {}, priority: 1 }] };
const runbook = { steps: [{ interface: 'bios', step: 'x', args: {}, order: 1 }] };

test.each([
  ['chassis', async () => created('/v1/chassis', {})],
  ['an allocation', async () => created('/v1/allocations', { resource_class: 'large' })],
  ['a deploy template', async () => created('/v1/deploy_templates', { name: 'CUSTOM_A', ...template })],
  ['a runbook', async () => created('/v1/runbooks', { name: 'CUSTOM_A', ...runbook })],
  [
    'a volume connector',
    async () => created('/v1/volume/connectors', { node_uuid: await newNode(), type: 'iqn', connector_id: 'iqn.x' }),
  ],
  [
    'a volume target',
    async () =>
      created('/v1/volume/targets', {
        node_uuid: await newNode(),
        volume_type: 'iscsi',
        boot_index: 0,
        volume_id: 'v',
      }),
  ],
])('of patches of %s at the same time none is lost', async (_what, create) => {
  const path = await create();
  await patchAtOnce(
    path,
    numbers.map((number) => [{ op: 'add', path: `/extra/k${number}`, value: number }]),
  );
  const { body } = await ask(api.url, 'GET', path);
  expect(body['extra']).toEqual(Object.fromEntries(numbers.map((number) => [`k${number}`, number])));
});

test('of patches of an inspection rule at the same time none is lost', async () => {
  const action = (text: string) => ({ op: 'log', args: { msg: text } });
  const path = await created('/v1/inspection_rules', { actions: [action('first')] });
  await patchAtOnce(
    path,
    numbers.map((number) => [{ op: 'add', path: '/actions/-', value: action(`m${number}`) }]),
  );
  const { body } = await ask(api.url, 'GET', path);
  const texts = JSON.stringify(body['actions']).match(/"(first|m\d+)"/g) ?? [];
  expect(texts.toSorted()).toEqual(['"first"', ...numbers.map((number) => `"m${number}"`)].toSorted());
});

test('of lists of traits sent for a runbook at the same time one remains as a whole', async () => {
  const path = await created('/v1/runbooks', { name: 'CUSTOM_TRAITS', ...runbook });
  const lists = numbers.map((number) => [`CUSTOM_A${number}`, `CUSTOM_B${number}`]);
  await Promise.all(lists.map((traits) => ask(api.url, 'PUT', `${path}/traits`, { traits })));
  const { body } = await ask(api.url, 'GET', `${path}/traits`);
  expect(lists).toContainEqual(body['traits']);
});

test('a volume target that is patched while it moves stays with its new node', async () => {
  const [from, to] = [await newNode(), await newNode()];
  const path = await created('/v1/volume/targets', {
    node_uuid: from,
    volume_type: 'iscsi',
    boot_index: 1,
    volume_id: 'w',
  });
  await patchAtOnce(path, [
    [{ op: 'replace', path: '/node_uuid', value: to }],
    ...numbers.map((number) => [{ op: 'add', path: `/extra/k${number}`, value: number }]),
  ]);
  expect((await ask(api.url, 'GET', path)).body['node_uuid']).toBe(to);
});
