import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { peerMissing } from '../support/peers.js';
import { sdkRecordingSchema, walkOpenstackSdk, withoutInnerFailures } from './support/openstacksdk.js';
import { Product } from './support/product.js';
import { clients, installPythonPeer, type PythonPeer } from './support/python-peer.js';

/*
 * openstacksdk, on which Ansible's modules, Nova and Terraform's scripts are built, against the whole product: each of
 * its methods, with the answers that a real Ironic gives (test/e2e/recordings).
 */

const minute = 60_000;

let installed: PythonPeer | string;
let product: Product | undefined;

beforeAll(async () => {
  installed = await installPythonPeer(clients.openstacksdk);
  if (typeof installed !== 'string') product = await Product.start({ fleet: 0 });
}, 5 * minute);
afterAll(() => product?.remove(), minute);

it(
  'openstacksdk finds in every object and verb what it finds in Ironic',
  async (context) => {
    if (typeof installed === 'string') return peerMissing(context, installed);
    if (!product) throw new Error('The product did not start.');
    const text = readFileSync(new URL('recordings/openstacksdk.json', import.meta.url), 'utf8');
    const recorded = sdkRecordingSchema.parse(JSON.parse(text));
    const { answers, left_out: leftOut } = await walkOpenstackSdk(installed, product.api.url);
    expect(leftOut).toEqual([]);
    expect(withoutInnerFailures(recorded, answers)).toEqual(recorded);
  },
  5 * minute,
);
