import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Baremetal } from './support/baremetal.js';
import { travel, valuesFor } from './support/journey.js';
import { fakeHardware, ipmi, objects, verbs } from './support/journeys.js';
import { Product } from './support/product.js';
import { walkOpenstackSdk } from './support/openstacksdk.js';
import { clients, installPythonPeer } from './support/python-peer.js';

/*
 * `IRONIC_URL=http://127.0.0.1:6386 npm run test:record-ironic` asks a real Ironic (39, noauth, an empty database,
 * ipmitool installed, hardware types fake-hardware and ipmi) what the client tests ask Temper, and keeps the
 * form of its answers. The BMC and the image are the simulated fleet's.
 */

const minute = 60_000;
const folder = new URL('recordings/', import.meta.url);

let url: string;
let ironic: Baremetal;
let product: Product;

beforeAll(async () => {
  url = process.env['IRONIC_URL'] ?? '';
  if (!url) throw new Error('Name the Ironic to record from: IRONIC_URL=http://… npm run test:record-ironic');
  const installed = await installPythonPeer(clients.ironicclient);
  if (typeof installed === 'string') throw new Error(installed);
  ironic = new Baremetal(installed, url);
  product = await Product.start({ fleet: 1 });
}, 5 * minute);
afterAll(async () => {
  ironic.close();
  await product.remove();
}, minute);

it.each([
  ['fake-hardware', fakeHardware, 'cli-fake'],
  ['ipmi', ipmi, 'sim-01'],
  ['objects', objects, 'cli-objects'],
  ['verbs', verbs, 'cli-verbs'],
] as const)(
  '%s',
  async (name, commands, node) => {
    expect(await ironic.json('node', 'list')).toEqual([]);
    const answers = await travel(ironic, commands, await valuesFor(product, node));
    await ironic.run('node', 'delete', node);
    writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(answers, null, 2)}\n`);
  },
  10 * minute,
);

it(
  'openstacksdk',
  async () => {
    const installed = await installPythonPeer(clients.openstacksdk);
    if (typeof installed === 'string') throw new Error(installed);
    const { answers, left_out: leftOut } = await walkOpenstackSdk(installed, url);
    expect(leftOut).toEqual([]);
    writeFileSync(new URL('openstacksdk.json', folder), `${JSON.stringify(answers, null, 2)}\n`);
  },
  10 * minute,
);
