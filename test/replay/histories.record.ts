import { mkdirSync, writeFileSync } from 'node:fs';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Machine } from '../e2e/support/fleet.js';
import { askForDeploy, enroll, makeAvailable } from '../e2e/support/nodes.js';
import { Product } from '../e2e/support/product.js';
import { folder } from './histories.js';

// Records one history of each flow and of its main endings from the running product (Temporal's development server,
// simulated machines): npm run test:record-histories. A release adds its own; older ones stay while nodes may run them.

let product: Product;
let machines: readonly Machine[];

beforeAll(async () => {
  product = await Product.start({ fleet: 5 });
  machines = await product.fleet.machines();
  mkdirSync(folder, { recursive: true });
}, 180_000);
afterAll(() => product.remove(), 60_000);

function machine(index: number): Machine {
  const found = machines[index];
  if (!found) throw new Error(`The fleet has no machine ${index}.`);
  return found;
}

/** Writes the history of the node's newest run, or of an earlier one. */
async function record(name: string, node: string, runId?: string): Promise<void> {
  const { uuid } = await product.api.node(node);
  const history = await product.temporal.workflow.getHandle(`node:${uuid}`, runId).fetchHistory();
  // Stacks name folders of this machine, and no flow looks at them.
  const text = historyToJSON(history).replace(/"stackTrace": "(?:[^"\\]|\\.)*"/g, '"stackTrace": ""');
  expectNoSecret(text);
  writeFileSync(`${folder}/${name}.json`, `${text}\n`);
}

/** Neither in the text nor in its payloads, which are in base64. */
function expectNoSecret(text: string): void {
  const payloads = [...text.matchAll(/"data": "([^"]*)"/g)].map(([, data = '']) =>
    Buffer.from(data, 'base64').toString(),
  );
  for (const { bmc } of machines) expect([text, ...payloads].join('\n')).not.toContain(bmc.password);
}

/** The history of the newest run once it is over: the row may be finished a moment before the flow is. */
async function recordEnded(name: string, node: string): Promise<void> {
  const { uuid } = await product.api.node(node);
  await product.temporal.workflow.getHandle(`node:${uuid}`).result();
  await record(name, node);
}

it('a life: verify, clean, deploy, reboot, rebuild, tear down', async () => {
  const { api, fleet } = product;
  const { name } = machine(0);
  await enroll(api, fleet, machine(0), { automatedClean: true });
  await api.provision(name, 'manage');
  await api.waitForState(name, 'manageable', 60);
  await recordEnded('verify-succeeds', name);
  await api.provision(name, 'provide');
  await api.waitForState(name, 'available', 120);
  await recordEnded('clean-succeeds', name);
  await askForDeploy(api, fleet, name);
  await api.waitForState(name, 'active', 120);
  await recordEnded('deploy-succeeds', name);
  await api.power(name, 'rebooting');
  await api.waitForRest(name, 60);
  await recordEnded('power-reboots', name);
  await api.provision(name, 'rebuild');
  await api.waitForState(name, 'active', 120);
  await recordEnded('deploy-rebuilds', name);
  await api.provision(name, 'deleted');
  await api.waitForState(name, 'available', 120);
  await recordEnded('tearDown-succeeds', name);
  expect((await api.node(name)).provision_state).toBe('available');
}, 600_000);

it('a deploy whose step fails', async () => {
  const { api, fleet } = product;
  const { name } = machine(1);
  await enroll(api, fleet, machine(1));
  await makeAvailable(api, name);
  await fleet.setFaults(name, { machine: { failStep: { step: 'write_image', message: 'the disk is gone' } } });
  await askForDeploy(api, fleet, name);
  await api.waitForRest(name, 120);
  await recordEnded('deploy-fails', name);
  expect((await api.node(name)).last_error).toContain('the disk is gone');
}, 300_000);

it('a deploy that is aborted in its wait', async () => {
  const { api } = product;
  const { name } = machine(2);
  await deployIntoWait(machine(2));
  await api.call('PUT', `/v1/nodes/${name}/states/power`, { target: 'power on' });
  expect(
    (await api.ask('PUT', `/v1/nodes/${name}/states/provision`, { body: { target: 'abort' }, version: '1.115' }))
      .status,
  ).toBe(202);
  await api.waitForRest(name, 120);
  await recordEnded('deploy-aborted', name);
}, 300_000);

it('a deploy that is superseded by deleted, and the tear-down that takes over', async () => {
  const { api } = product;
  const { name } = machine(3);
  await deployIntoWait(machine(3));
  const { uuid } = await api.node(name);
  const { runId } = await product.temporal.workflow.getHandle(`node:${uuid}`).describe();
  await api.provision(name, 'deleted');
  await api.waitForState(name, 'available', 120);
  await record('deploy-superseded', name, runId);
  await recordEnded('tearDown-takes-over', name);
  expect((await api.node(name)).last_error).toBeNull();
}, 300_000);

it('a node of fake-hardware, whose steps run beside the flow', async () => {
  const { api } = product;
  const name = 'imagined';
  await api.call('POST', '/v1/nodes', { name, driver: 'fake-hardware', deploy_interface: 'fake' });
  await api.provision(name, 'manage');
  await api.waitForState(name, 'manageable', 60);
  await api.provision(name, 'provide');
  await api.waitForState(name, 'available', 60);
  await recordEnded('clean-fake', name);
  await api.provision(name, 'active');
  await api.waitForState(name, 'active', 60);
  await recordEnded('deploy-fake', name);
  expect((await api.node(name)).provision_state).toBe('active');
}, 300_000);

it('a verify that is refused', async () => {
  const { api, fleet } = product;
  const { name } = machine(4);
  await enroll(api, fleet, machine(4), { driverInfo: { ipmi_password: 'not the password' } });
  await api.provision(name, 'manage');
  await api.waitForRest(name, 120);
  await recordEnded('verify-fails', name);
  expect((await api.node(name)).provision_state).toBe('enroll');
}, 300_000);

/** Deploys a machine that does not boot from the network, until its node waits for the agent. */
async function deployIntoWait(subject: Machine): Promise<void> {
  const { api, fleet } = product;
  await enroll(api, fleet, subject);
  await makeAvailable(api, subject.name);
  await fleet.setFaults(subject.name, { machine: { noBoot: true } });
  await askForDeploy(api, fleet, subject.name);
  await api.waitForState(subject.name, 'wait call-back', 60);
}
