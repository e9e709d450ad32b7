import { mkdirSync, writeFileSync } from 'node:fs';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import type { Machine } from '../e2e/support/fleet.js';
import { askForDeploy, enroll, makeAvailable } from '../e2e/support/nodes.js';
import { until } from '../e2e/support/poll.js';
import { Product } from '../e2e/support/product.js';
import { folder } from './histories.js';

// Records one history of each flow and of its main endings from the running product (Temporal's development server,
// simulated machines): npm run test:record-histories. A release adds its own; older ones stay while nodes may run them.

let product: Product;
let machines: readonly Machine[];

beforeAll(async () => {
  product = await Product.start({ fleet: 10 });
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
  write(name, await product.temporal.workflow.getHandle(`node:${uuid}`, runId).fetchHistory());
}

function write(name: string, history: Parameters<typeof historyToJSON>[0]): void {
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
  expect([text, ...payloads].join('\n')).not.toContain('secret of the rescue');
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
  // `deploy-aborted` is older: an abort powered the machine off then.
  await recordEnded('deploy-aborted-power-kept', name);
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

it('inspection, adoption, rescue and servicing of fake-hardware', async () => {
  const { api } = product;
  const name = 'pretended';
  await api.call('POST', '/v1/nodes', { name, driver: 'fake-hardware', deploy_interface: 'fake' });
  const goes = async (verb: string, state: string, recording: string | null, more = {}): Promise<void> => {
    await api.provision(name, verb, more);
    await api.waitForState(name, state, 60);
    if (recording !== null) await recordEnded(recording, name);
  };
  const log = { interface: 'vendor', step: 'log_passthrough' };
  await goes('manage', 'manageable', null);
  await goes('inspect', 'manageable', 'inspect-fake');
  await goes('clean', 'manageable', 'clean-named', { clean_steps: [log, { interface: 'power', step: 'reboot' }] });
  await goes('clean', 'clean failed', 'clean-named-refused', { clean_steps: [log], disable_ramdisk: true });
  await goes('manage', 'manageable', null);
  await goes('adopt', 'active', 'adopt-succeeds');
  await goes('rescue', 'rescue', 'rescue-fake', { rescue_password: 'secret of the rescue' });
  await goes('unrescue', 'active', 'unrescue-fake');
  await goes('service', 'active', 'service-fake', { service_steps: [log] });

  const pauses = [
    { interface: 'power', step: 'wait', args: { seconds: 1 } },
    { interface: 'power', step: 'hold' },
    log,
  ];
  await goes('service', 'service hold', null, { service_steps: pauses });
  await goes('unhold', 'active', 'service-holds');
  await goes('service', 'service hold', null, { service_steps: [{ interface: 'power', step: 'hold' }] });
  await goes('abort', 'active', 'service-aborted');
  expect((await api.node(name)).provision_state).toBe('active');
}, 300_000);

it('an adoption that fails', async () => {
  const { api } = product;
  const name = 'stray';
  await api.call('POST', '/v1/nodes', {
    name,
    driver: 'fake-hardware',
    deploy_interface: 'ramdisk',
    boot_interface: 'ipxe',
  });
  await api.provision(name, 'manage');
  await api.waitForState(name, 'manageable', 60);
  await api.provision(name, 'adopt');
  await api.waitForState(name, 'adopt failed', 60);
  await recordEnded('adopt-fails', name);
  expect((await api.node(name)).last_error).toContain('does not have any port');
}, 300_000);

it('inspection, manual cleaning, rescue and servicing in the ramdisk', async () => {
  const { api, fleet } = product;
  const { name } = machine(5);
  await enroll(api, fleet, machine(5), {
    driverInfo: {
      rescue_kernel: (await fleet.image('kernel')).url,
      rescue_ramdisk: (await fleet.image('ramdisk')).url,
    },
  });
  await api.patch(name, { '/inspect_interface': 'agent', '/rescue_interface': 'agent' });
  const burn = { interface: 'deploy', step: 'burnin_cpu' };
  await api.provision(name, 'manage');
  await api.waitForState(name, 'manageable', 60);
  await api.provision(name, 'inspect');
  await api.waitForState(name, 'manageable', 120);
  await recordEnded('inspect-succeeds', name);
  await api.provision(name, 'clean', { clean_steps: [burn] });
  await api.waitForState(name, 'manageable', 120);
  await recordEnded('clean-named-in-ramdisk', name);
  await api.provision(name, 'provide');
  await api.waitForState(name, 'available', 60);
  await askForDeploy(api, fleet, name);
  await api.waitForState(name, 'active', 120);
  await api.provision(name, 'rescue', { rescue_password: 'secret of the rescue' });
  await api.waitForState(name, 'rescue', 120);
  await recordEnded('rescue-succeeds', name);
  await api.patch(name, { '/driver_info/ipmi_password': 'not the password' });
  await api.provision(name, 'unrescue');
  await api.waitForState(name, 'unrescue failed', 120);
  await recordEnded('unrescue-fails', name);
  await api.patch(name, { '/driver_info/ipmi_password': machine(5).bmc.password });
  await api.provision(name, 'unrescue');
  await api.waitForState(name, 'active', 120);
  await recordEnded('unrescue-succeeds', name);
  await api.provision(name, 'service', { service_steps: [burn] });
  await api.waitForState(name, 'active', 120);
  await recordEnded('service-succeeds', name);
  await fleet.setFaults(name, { machine: { failStep: { step: 'burnin_cpu', message: 'it burnt' } } });
  await api.provision(name, 'service', { service_steps: [burn] });
  await api.waitForState(name, 'service failed', 120);
  await recordEnded('service-fails', name);
  expect((await api.node(name)).last_error).toContain('it burnt');
}, 900_000);

it('an inspection and a rescue that are aborted in their waits', async () => {
  const { api, fleet } = product;
  const { name } = machine(6);
  await enroll(api, fleet, machine(6), {
    driverInfo: {
      rescue_kernel: (await fleet.image('kernel')).url,
      rescue_ramdisk: (await fleet.image('ramdisk')).url,
    },
  });
  await api.patch(name, { '/inspect_interface': 'agent', '/rescue_interface': 'agent' });
  await fleet.setFaults(name, { machine: { noBoot: true } });
  await api.provision(name, 'manage');
  await api.waitForState(name, 'manageable', 60);
  await api.provision(name, 'inspect');
  await api.waitForState(name, 'inspect wait', 60);
  await api.provision(name, 'abort');
  await api.waitForState(name, 'inspect failed', 60);
  await recordEnded('inspect-aborted', name);
  await api.provision(name, 'manage');
  await api.provision(name, 'adopt');
  await api.waitForState(name, 'active', 60);
  await api.provision(name, 'rescue', { rescue_password: 'secret of the rescue' });
  await api.waitForState(name, 'rescue wait', 60);
  await api.provision(name, 'abort');
  await api.waitForState(name, 'rescue failed', 60);
  await recordEnded('rescue-aborted', name);
  expect((await api.node(name)).instance_info).toEqual({});
}, 300_000);

it('allocations, of which one finds a node', async () => {
  const { api } = product;
  await api.ask('POST', '/v1/nodes', { body: { name: 'wanted', driver: 'fake-hardware' }, version: '1.10' });
  await api.patch('wanted', { '/resource_class': 'recorded' });
  await api.power('wanted', 'power off');
  await api.waitForRest('wanted', 60);
  for (const name of ['first', 'second']) {
    await api.call('POST', '/v1/allocations', { name, resource_class: 'recorded' });
  }
  await until('both to be decided', 30, async () => {
    const { state } = z.object({ state: z.string() }).parse(await api.call('GET', '/v1/allocations/second'));
    return state !== 'allocating' || undefined;
  });
  const { runId } = await product.temporal.workflow.getHandle('allocations').describe();
  const handle = product.temporal.workflow.getHandle('allocations', runId);
  await handle.result();
  write('allocate-serves', await handle.fetchHistory());
  expect((await api.node('wanted'))['instance_uuid']).not.toBeNull();
}, 120_000);

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
