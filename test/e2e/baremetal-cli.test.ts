import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, it, type TestContext } from 'vitest';
import { peerMissing } from '../support/peers.js';
import { Baremetal } from './support/baremetal.js';
import { recordingSchema, travel, valuesFor, type Answered } from './support/journey.js';
import { fakeHardware, instance, ipmi, objects, verbs } from './support/journeys.js';
import { Product } from './support/product.js';
import { clients, installPythonPeer, type PythonPeer } from './support/python-peer.js';

/*
 * The command line client of Ironic, as operators install it, against the whole product. What it prints must have the
 * form that it has with a real Ironic: the same exit codes, texts, columns and keys (test/e2e/recordings).
 */

const minute = 60_000;

let installed: PythonPeer | string;
let product: Product | undefined;

beforeAll(async () => {
  installed = await installPythonPeer(clients.ironicclient);
  if (typeof installed !== 'string') product = await Product.start({ fleet: 1 });
}, 5 * minute);
afterAll(async () => {
  clis.forEach((cli) => cli.close());
  await product?.remove();
}, minute);

const clis: Baremetal[] = [];

function clientOf(context: TestContext): { readonly cli: Baremetal; readonly product: Product } {
  if (typeof installed === 'string') return peerMissing(context, installed);
  if (!product) throw new Error('The product did not start.');
  const cli = new Baremetal(installed, product.api.url);
  clis.push(cli);
  return { cli, product };
}

function recorded(name: string): readonly Answered[] {
  const text = readFileSync(new URL(`recordings/${name}.json`, import.meta.url), 'utf8');
  return recordingSchema.parse(JSON.parse(text));
}

// At the same time, because most of it is waiting for states.
describe.concurrent('the baremetal command', () => {
  it(
    'takes a node of fake-hardware through its life as with Ironic',
    async (context) => {
      const { expect } = context;
      const { cli, product } = clientOf(context);
      const answers = await travel(cli, fakeHardware, await valuesFor(product, 'cli-fake'));
      expect(answers).toEqual(recorded('fake-hardware'));
    },
    5 * minute,
  );

  it(
    'validates, powers and boots a machine by its BMC as with Ironic, and puts an instance on it',
    async (context) => {
      const { expect } = context;
      const { cli, product } = clientOf(context);
      const values = await valuesFor(product, 'sim-01');
      expect(await travel(cli, ipmi, values)).toEqual(recorded('ipmi'));

      const { uuid } = await product.api.node(values.node);
      const lived = await travel(cli, instance.slice(0, 2), { ...values, uuid });
      expect(await cli.json('node', 'show', values.node)).toMatchObject({
        provision_state: 'active',
        power_state: 'power on',
        last_error: null,
        deploy_step: {},
      });
      lived.push(...(await travel(cli, instance.slice(2), { ...values, uuid })));
      const asFake = recorded('fake-hardware');
      expect(lived).toEqual(instance.map((command) => asFake.find((answer) => answer.command === command)));
    },
    5 * minute,
  );

  it.for([
    ['makes, shows, changes and deletes every kind of object as with Ironic', 'objects', objects],
    ['inspects, cleans, adopts, rescues and services a node as with Ironic', 'verbs', verbs],
  ] as const)('%s', { timeout: 5 * minute }, async ([, name, commands], context) => {
    const { expect } = context;
    const { cli, product } = clientOf(context);
    const answers = await travel(cli, commands, await valuesFor(product, `cli-${name}`));
    expect(answers).toEqual(recorded(name));
  });

  it('is walked command by command: none of its commands is left out', { timeout: minute }, async (context) => {
    const { expect } = context;
    const { cli } = clientOf(context);
    const known = await cli.commands();
    const typed = [...fakeHardware, ...ipmi, ...objects, ...verbs].map((line) => line.split(' '));
    const walked = (command: string) =>
      typed.some((words) => words.slice(0, command.split(' ').length).join(' ') === command);
    expect(known.length).toBe(118);
    expect(known.filter((command) => !walked(command))).toEqual([]);
  });
});
