import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askForDeploy, chooseImage, enroll, makeAvailable } from './support/nodes.js';
import { isTokenRepair } from './support/once.js';
import { until } from './support/poll.js';
import { Product } from './support/product.js';
import { Witness } from './support/witness.js';

/*
 * One machine for each fault, all at once: what an operator reads, what becomes of the node, and of the machine.
 */

const minute = 60_000;
/** Longer than a boot on a busy machine, and short enough to be waited for. */
const callbackTimeoutS = 30;

let product: Product;

beforeAll(async () => {
  const env = { TEMPER_CALLBACK_TIMEOUT: String(callbackTimeoutS) };
  product = await Product.start({ fleet: 12, env });
}, 3 * minute);

afterAll(() => product.remove(), minute);

/** The node of a machine of its own, still in `enroll`. */
async function enrolled(name: string, options: Parameters<typeof enroll>[3] = {}): Promise<void> {
  const machine = (await product.fleet.machines()).find((one) => one.name === name);
  if (!machine) throw new Error(`The fleet has no machine ${name}.`);
  await enroll(product.api, product.fleet, machine, options);
}

/** The node of a machine of its own, ready to be deployed. */
async function available(name: string, options: Parameters<typeof enroll>[3] = {}): Promise<void> {
  await enrolled(name, options);
  await makeAvailable(product.api, name);
}

async function manageable(name: string, options: Parameters<typeof enroll>[3] = {}): Promise<void> {
  await enrolled(name, options);
  await product.api.provision(name, 'manage');
  await product.api.waitForState(name, 'manageable', 30);
}

/** A deploy that waits for a machine whose firmware does not boot from the network. */
async function waitingForCallBack(name: string): Promise<void> {
  await product.fleet.setFaults(name, { machine: { noBoot: true } });
  await available(name);
  await askForDeploy(product.api, product.fleet, name);
  await product.api.waitForState(name, 'wait call-back', 30);
}

async function powerOf(name: string): Promise<string> {
  return (await product.fleet.machine(name)).power;
}

describe.concurrent('of the faults', { timeout: 3 * minute }, () => {
  it('a clean step that fails sets the node aside and leaves the machine on', async () => {
    const { api, fleet } = product;
    const name = 'sim-01';
    await fleet.setFaults(name, { machine: { failStep: { step: 'erase_devices_metadata', message: 'head crash' } } });
    await manageable(name, { automatedClean: true });
    await api.provision(name, 'provide');
    const node = await api.waitForState(name, 'clean failed', 60);
    expect(node).toMatchObject({ maintenance: true, fault: 'clean failure', power_state: 'power on' });
    expect(node.last_error).toContain('erase_devices_metadata');
    expect(node.last_error).toContain('head crash');
    expect(await powerOf(name)).toBe('on');
  });

  it("an image with another checksum ends in deploy failed with the agent's reason, powered off", async () => {
    const { api, fleet } = product;
    const name = 'sim-02';
    const wrong = '0'.repeat(64);
    await available(name, {
      driverInfo: { kernel_append_params: 'nofb vga=normal ipa-image-download-connection-retries=0' },
    });
    await chooseImage(api, fleet, name, wrong);
    await api.provision(name, 'active');
    const node = await api.waitForState(name, 'deploy failed', 60);
    expect(node.last_error).toContain('Image failed to verify against checksum');
    expect(node.last_error).toContain(wrong);
    expect(node).toMatchObject({ maintenance: false, power_state: 'power off' });
    expect(await powerOf(name)).toBe('off');
  });

  it('a wrong BMC password returns the node to enroll with a sentence that says so', async () => {
    const { api } = product;
    const name = 'sim-03';
    await enrolled(name, { driverInfo: { ipmi_password: 'not-this-one' } });
    await api.provision(name, 'manage');
    await api.waitForRest(name, 20);
    const node = await api.node(name);
    expect(node).toMatchObject({ provision_state: 'enroll', target_provision_state: null });
    expect(node.last_error).toMatch(/password/i);
    expect(node.last_error).not.toContain('not-this-one');
  });

  it('a BMC that drops a fifth of all requests still gets to active', async () => {
    const { api, fleet } = product;
    const name = 'sim-04';
    await fleet.setFaults(name, { bmc: { dropRequests: 0.2 } });
    await available(name, { automatedClean: true });
    await askForDeploy(api, fleet, name);
    expect(await api.waitForState(name, 'active', 120)).toMatchObject({ last_error: null, maintenance: false });
  });

  it('a lost token is repaired by one counted power cycle, and says so', async () => {
    const { api, fleet } = product;
    const name = 'sim-05';
    await available(name);
    await fleet.setFaults(name, { machine: { loseToken: 1 } });
    const witness = Witness.from(fleet, name);
    await askForDeploy(api, fleet, name);
    await api.waitForState(name, 'active', 120);
    const { events } = await api.newestOperation(name);
    expect(events.filter(isTokenRepair)).toHaveLength(1);
    const commands = await witness.powerCommands();
    expect(commands.filter((command) => command === 'power on')).toHaveLength(3);
    expect(await witness.stepsStarted()).toEqual(['deploy write_image']);
  });

  it('a step that was added to the agent runs it in its place, without a change of the product', async () => {
    const { api, fleet } = product;
    const name = 'sim-06';
    await manageable(name, { automatedClean: true });
    const witness = Witness.from(fleet, name);
    await api.provision(name, 'provide');
    await api.waitForState(name, 'available', 60);
    expect(await witness.stepsStarted()).toEqual(['clean erase_devices_metadata', 'clean erase_devices']);

    const step = { interface: 'management', step: 'polish_fans', priority: 50, kind: 'clean', durationMs: 100 };
    await fleet.addAgentStep(name, step);
    await fleet.addAgentStep(name, { ...step, step: 'print_label', priority: 70, kind: 'deploy' });
    const again = Witness.from(fleet, name);
    await api.provision(name, 'manage');
    await api.provision(name, 'provide');
    await api.waitForState(name, 'available', 60);
    expect(await again.stepsStarted()).toEqual([
      'clean erase_devices_metadata',
      'clean polish_fans',
      'clean erase_devices',
    ]);
    const cleaned = await api.newestOperation(name);
    expect(cleaned.steps.map(({ step: one, status }) => [one, status])).toEqual([
      ['erase_devices_metadata', 'succeeded'],
      ['polish_fans', 'succeeded'],
      ['erase_devices', 'succeeded'],
    ]);
    await askForDeploy(api, fleet, name);
    await api.waitForState(name, 'active', 60);
    expect((await again.stepsStarted()).slice(3)).toEqual(['deploy write_image', 'deploy print_label']);
    const deployed = await api.newestOperation(name);
    expect(deployed.steps.map(({ step: one }) => one)).toContain('print_label');
  });

  it('abort in wait call-back ends in deploy failed and leaves the power on', async () => {
    const { api } = product;
    const name = 'sim-07';
    await waitingForCallBack(name);
    const body = { target: 'abort' };
    const answer = await api.ask('PUT', `/v1/nodes/${name}/states/provision`, { body, version: '1.110' });
    expect(answer.status).toBe(202);
    const node = await api.waitForState(name, 'deploy failed', 30);
    expect(node.last_error).toContain('By request, the deploy operation was aborted');
    expect(await api.newestOperation(name)).toMatchObject({ status: 'aborted' });
    expect(await powerOf(name)).toBe('on');
  });

  it('abort in clean wait ends in clean failed without maintenance', async () => {
    const { api, fleet } = product;
    const name = 'sim-08';
    await fleet.setFaults(name, { machine: { noBoot: true } });
    await manageable(name, { automatedClean: true });
    await api.provision(name, 'provide');
    await api.waitForState(name, 'clean wait', 30);
    await api.provision(name, 'abort');
    const node = await api.waitForState(name, 'clean failed', 30);
    expect(node).toMatchObject({ maintenance: false, fault: null });
    expect(node.last_error).toContain('By request, the clean operation was aborted');
  });

  it('deleted in wait call-back takes the node back to available', async () => {
    const { api } = product;
    const name = 'sim-09';
    await waitingForCallBack(name);
    const deploy = await api.newestOperation(name);
    await api.provision(name, 'deleted');
    const node = await api.waitForState(name, 'available', 30);
    expect(node).toMatchObject({ last_error: null, instance_info: {} });
    expect(await api.operation(name, deploy.uuid)).toMatchObject({ status: 'superseded' });
    expect(await powerOf(name)).toBe('off');
  });

  it('power requests in wait call-back are carried out beside the deploy', async () => {
    const { api, fleet } = product;
    const name = 'sim-10';
    await waitingForCallBack(name);
    const deploy = await api.newestOperation(name);
    for (const [target, state] of [
      ['power off', 'off'],
      ['power on', 'on'],
    ] as const) {
      await api.power(name, target);
      await until(`machine ${name} to be ${state}`, 30, async () => {
        const { power_state: recorded, target_power_state: wanted } = await api.node(name);
        return (recorded === target && wanted === null && (await powerOf(name)) === state) || undefined;
      });
    }
    expect(await api.node(name)).toMatchObject({ provision_state: 'wait call-back', last_error: null });
    expect(await api.operation(name, deploy.uuid)).toMatchObject({ status: 'running' });
    // Somebody chooses the network at the boot menu: the same deploy goes on.
    await fleet.setFaults(name);
    await fleet.pressPower(name, 'reset', 'pxe');
    await api.waitForState(name, 'active', 60);
    expect(await api.operation(name, deploy.uuid)).toMatchObject({ status: 'succeeded' });
  });

  it('a machine that never calls back ends in deploy failed with what to check, powered off', async () => {
    const { api } = product;
    const name = 'sim-11';
    await waitingForCallBack(name);
    const node = await api.waitForState(name, 'deploy failed', callbackTimeoutS + 30);
    expect(node.last_error).toContain('Timeout reached while waiting for callback for node');
    expect(node.last_error).toContain(`within ${callbackTimeoutS} s; check DHCP and PXE`);
    expect(await powerOf(name)).toBe('off');
  });

  it('a deploy step that fails ends in deploy failed, and the next deploy succeeds', async () => {
    const { api, fleet } = product;
    const name = 'sim-12';
    await fleet.setFaults(name, { machine: { failStep: { step: 'write_image', message: 'no space', times: 1 } } });
    await available(name);
    await askForDeploy(api, fleet, name);
    const failed = await api.waitForState(name, 'deploy failed', 60);
    expect(failed.last_error).toContain('no space');
    await askForDeploy(api, fleet, name);
    expect(await api.waitForState(name, 'active', 60)).toMatchObject({ last_error: null });
  });
});
