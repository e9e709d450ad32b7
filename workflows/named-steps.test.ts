import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noFakeDelays } from '#domain/fake-delays.js';
import type { UserStep } from '#domain/steps.js';
import { FakeWorld, type WorldOptions } from './testing/fake-world.js';
import { FlowBench } from './testing/flow-bench.js';

const bench = new FlowBench();
beforeAll(() => bench.start(), 180_000);
afterAll(() => bench.stop());

/** A node of fakes: everything runs beside the flow. */
const fakes = { power: 'fake', management: 'fake', boot: 'fake', network: 'noop', deploy: 'fake' };

const log: UserStep = { interface: 'vendor', step: 'log_passthrough' };
const reset: UserStep = { interface: 'bios', step: 'factory_reset' };
const own = (step: string, args: Record<string, unknown> = {}): UserStep => ({ interface: 'power', step, args });
const inBand: UserStep = { interface: 'raid', step: 'burn_in' };

function cleaning(userSteps: readonly UserStep[], options: Partial<WorldOptions> = {}): FakeWorld {
  return new FakeWorld({
    type: 'clean',
    state: 'cleaning',
    target: 'manageable',
    interfaces: fakes,
    userSteps,
    ...options,
  });
}

function servicing(userSteps: readonly UserStep[], options: Partial<WorldOptions> = {}): FakeWorld {
  return new FakeWorld({
    type: 'service',
    state: 'servicing',
    target: 'active',
    interfaces: fakes,
    userSteps,
    ...options,
  });
}

/** A node whose agent calls at once and knows one step of its own. */
function withAgent(world: FakeWorld): FakeWorld {
  world.onCall = (call) => {
    if (call === '-> service wait' || call === '-> clean wait') world.beat = true;
  };
  return world;
}

const agentSteps = [{ interface: 'raid', step: 'burn_in', priority: 0 }];
const remote = { interfaces: { deploy: 'direct' }, agentSteps };

describe('manual cleaning', () => {
  it('runs the named steps in their order and ends manageable', async (context) => {
    const world = cleaning([reset, log, own('power_on'), reset]);
    await bench.run(context, world, 'clean');
    expect(world.trace.filter((call) => !call.startsWith('step '))).toEqual([
      'fake.runStep factory_reset',
      'fake.runStep log_passthrough',
      'power.on',
      'fake.runStep factory_reset',
      '-> manageable',
    ]);
  });

  it('fails before any step when one needs a ramdisk that is not wanted', async (context) => {
    const world = cleaning([log], { disableRamdisk: true });
    await bench.run(context, world, 'clean');
    expect(world.trace).toEqual(['-> clean failed']);
    expect(world.lastError).toContain('requires booting a ramdisk');
  });

  it('boots the ramdisk for steps of its agent', async (context) => {
    const world = withAgent(cleaning([inBand], remote));
    await bench.run(context, world, 'clean');
    expect(world.trace).toContain('agent.startStep burn_in');
    expect(world.state).toBe('manageable');
  });

  it('does without the ramdisk when only the flow has something to do', async (context) => {
    const world = cleaning([own('reboot')], { interfaces: { deploy: 'direct' } });
    await bench.run(context, world, 'clean');
    expect(world.trace).toEqual(['step reboot', 'power.off', 'power.on', '-> manageable']);
  });

  it('holds until it is told to go on', async (context) => {
    const world = cleaning([own('hold'), log]);
    world.onCall = async (call) => {
      if (call !== '-> clean hold') return;
      world.requests = ['unhold'];
      await bench.tell(context, 1);
    };
    await bench.run(context, world, 'clean');
    expect(world.trace).toEqual([
      'step hold',
      '-> clean hold',
      '-> clean wait',
      '-> cleaning',
      'step log_passthrough',
      'fake.runStep log_passthrough',
      '-> manageable',
    ]);
  });

  it('that is aborted on hold ends in clean failed', async (context) => {
    const world = cleaning([own('hold'), log]);
    world.onCall = async (call) => {
      if (call !== '-> clean hold') return;
      world.requests = ['abort'];
      await bench.tell(context, 1);
    };
    await bench.run(context, world, 'clean');
    expect(world.trace.at(-1)).toBe('-> clean failed');
    expect(world.outcome).toBe('aborted');
  });

  it('waits as long as a step asks', async (context) => {
    const world = cleaning([own('wait', { seconds: 3_600 }), log]);
    await bench.run(context, world, 'clean', { pass: '3598s' });
    expect(world.trace).toEqual([
      'step wait',
      '-> clean wait',
      '-> cleaning',
      'step log_passthrough',
      'fake.runStep log_passthrough',
      '-> manageable',
    ]);
  }, 60_000);

  it('takes the time of the fakes by timers', async (context) => {
    const fakeDelays = { ...noFakeDelays, bios: { fromS: 1_800, toS: 1_800 } };
    const world = cleaning([reset], { fakeDelays });
    await bench.run(context, world, 'clean', { pass: '1802s' });
    expect(world.trace).toEqual(['step factory_reset', 'fake.runStep factory_reset', '-> manageable']);
  }, 60_000);

  it('runs a step on child nodes instead', async (context) => {
    const world = cleaning([{ ...own('power_off'), executeOnChildNodes: true }]);
    await bench.run(context, world, 'clean');
    expect(world.trace).toEqual(['step power_off', 'fake.runStepOnChildren', '-> manageable']);
  });
});

describe('service', () => {
  const trigger: UserStep = { interface: 'vendor', step: 'trigger_servicewait' };

  it('runs the named steps and ends active', async (context) => {
    const world = servicing([log]);
    await bench.run(context, world, 'service');
    expect(world.trace).toEqual(['step log_passthrough', 'fake.runStep log_passthrough', '-> active']);
  });

  it('goes into the ramdisk and back to the instance', async (context) => {
    const world = withAgent(servicing([inBand], remote));
    await bench.run(context, world, 'service');
    expect(world.trace).toEqual([
      'boot.validate',
      'power.off',
      'network.removeTenant',
      'network.addProvisioning',
      'boot.prepareRamdisk',
      'power.off',
      'management.setBootDevice',
      'power.on',
      '-> service wait',
      '-> servicing',
      'agent.freezePlan',
      'step burn_in',
      'agent.startStep burn_in',
      '-> service wait',
      'agent.followStep burn_in',
      '-> servicing',
      'power.off',
      'boot.cleanUpRamdisk',
      'network.removeProvisioning',
      'network.addTenant',
      'management.setBootDevice',
      'power.on',
      '-> active',
    ]);
  });

  it('leaves the machine in the ramdisk when a step broke off', async (context) => {
    const world = withAgent(servicing([inBand], remote));
    world.failAt('agent.followStep burn_in', 'AgentCommandFailed', 'It burnt; read the logs.');
    await bench.run(context, world, 'service');
    const after = world.trace.slice(world.trace.indexOf('agent.followStep burn_in') + 1);
    expect(after).toEqual(['boot.cleanUpRamdisk', '-> service failed']);
  });

  it('brings the instance back when no step had begun', async (context) => {
    const world = withAgent(servicing([inBand], remote));
    world.failAt('agent.freezePlan', 'NodeInvalid', 'No such step; correct it.');
    await bench.run(context, world, 'service');
    expect(world.trace.slice(-7)).toEqual([
      'power.off',
      'boot.cleanUpRamdisk',
      'network.removeProvisioning',
      'network.addTenant',
      'management.setBootDevice',
      'power.on',
      '-> service failed',
    ]);
  });

  it('goes on at the next heartbeat where a step waits for it', async (context) => {
    const world = servicing([trigger, log]);
    world.onCall = async (call) => {
      if (call === '-> service wait') await bench.beat(context);
    };
    world.onLook = () => {
      world.moreBeats = 1;
    };
    await bench.run(context, world, 'service');
    expect(world.trace.slice(1)).toEqual([
      'fake.runStep trigger_servicewait',
      '-> service wait',
      '-> servicing',
      'step log_passthrough',
      'fake.runStep log_passthrough',
      '-> active',
    ]);
  });

  it('that is aborted on hold leads back to active', async (context) => {
    const world = servicing([own('hold')]);
    world.onCall = async (call) => {
      if (call !== '-> service hold') return;
      world.requests = ['abort'];
      await bench.tell(context, 1);
    };
    await bench.run(context, world, 'service');
    expect(world.trace.slice(-3)).toEqual(['-> service hold', '-> service failed', '-> active']);
    expect(world.outcome).toBe('aborted');
  });

  it('gives way to a newer one from its hold', async (context) => {
    const world = servicing([own('hold')]);
    world.onCall = async (call) => {
      if (call !== '-> service hold') return;
      world.superseded = true;
      await bench.tell(context, 2, 'operation-2');
    };
    await bench.run(context, world, 'service');
    expect(world.outcome).toBeNull();
    expect(world.state).toBe('service hold');
  });
});
