import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeWorld } from './testing/fake-world.js';
import { FlowBench } from './testing/flow-bench.js';

const bench = new FlowBench();
beforeAll(() => bench.start(), 180_000);
afterAll(() => bench.stop());

const erase = { interface: 'deploy', step: 'erase_devices', priority: 10 } as const;
const eraseMetadata = { interface: 'deploy', step: 'erase_devices_metadata', priority: 99, abortable: true } as const;

function cleaning(options: Partial<ConstructorParameters<typeof FakeWorld>[0]> = {}): FakeWorld {
  const world = new FakeWorld({
    type: 'clean',
    state: 'cleaning',
    target: 'available',
    agentSteps: [eraseMetadata, erase],
    ...options,
  });
  world.onCall = (call) => {
    if (call === '-> clean wait') world.beat = true;
  };
  return world;
}

describe('clean', () => {
  it("runs the agent's steps in order and ends available, powered off", async (context) => {
    const world = cleaning();
    await bench.run(context, world, 'clean');
    expect(world.trace.filter((call) => call.startsWith('agent.startStep'))).toEqual([
      'agent.startStep erase_devices_metadata',
      'agent.startStep erase_devices',
    ]);
    expect(world.trace.slice(-4)).toEqual([
      'power.off',
      'boot.cleanUpRamdisk',
      'network.removeProvisioning',
      '-> available',
    ]);
  });

  it('is skipped when the node does not want it', async (context) => {
    const world = cleaning({ automatedClean: false });
    await bench.run(context, world, 'clean');
    expect(world.trace).toEqual(['-> available']);
  });

  it('reboots into the ramdisk again when a step asks for it', async (context) => {
    const world = cleaning({ agentSteps: [{ ...eraseMetadata, rebootRequested: true }, erase] });
    await bench.run(context, world, 'clean');
    expect(world.trace.filter((call) => call === 'boot.prepareRamdisk')).toHaveLength(2);
    expect(world.state).toBe('available');
  });

  it('leaves the machine on when a step broke off, so that it can be looked at', async (context) => {
    const world = cleaning();
    world.failAt('agent.followStep erase_devices', 'AgentCommandFailed', 'The disk is frozen; read the logs.');
    await bench.run(context, world, 'clean');
    expect(world.state).toBe('clean failed');
    const after = world.trace.slice(world.trace.indexOf('agent.followStep erase_devices') + 1);
    expect(after).toEqual(['boot.cleanUpRamdisk', 'network.removeProvisioning', '-> clean failed']);
  });

  it('an abort waits for the end of a step that cannot be interrupted', async (context) => {
    const world = cleaning();
    world.onCall = async (call) => {
      if (call === '-> clean wait') world.beat = true;
      if (call !== 'agent.followStep erase_devices') return;
      world.requests = ['abort'];
      await bench.tell(context, 1);
    };
    await bench.run(context, world, 'clean');
    expect(world.outcome).toBe('aborted');
    expect(world.lastError).toContain('during or after the completion of step "deploy.erase_devices"');
    expect(world.state).toBe('clean failed');
  });
});

describe('tear down', () => {
  it('powers off, forgets the instance and goes on into cleaning', async (context) => {
    const world = cleaning({ type: 'teardown', state: 'deleting' });
    await bench.run(context, world, 'tearDown');
    expect(world.trace.slice(0, 6)).toEqual([
      'power.off',
      'boot.cleanUpRamdisk',
      'network.removeProvisioning',
      'network.removeTenant',
      'nodes.clearInstance',
      '-> cleaning',
    ]);
    expect(world.state).toBe('available');
  });

  it('ends in error with the instance forgotten when the BMC refuses', async (context) => {
    const world = cleaning({ type: 'teardown', state: 'deleting' });
    world.failAt('power.off', 'BmcAuthRejected', 'The BMC refused the password; correct it.');
    await bench.run(context, world, 'tearDown');
    expect(world.state).toBe('error');
    expect(world.lastError).toBe('Failed to tear down: The BMC refused the password; correct it.');
    expect(world.trace).toContain('nodes.clearInstance');
  });
});

describe('verify', () => {
  it('ends manageable when the BMC answers', async (context) => {
    const world = new FakeWorld({ type: 'verify', state: 'verifying', target: 'manageable' });
    await bench.run(context, world, 'verify');
    expect(world.trace).toEqual(['power.verify', '-> manageable']);
  });

  it('goes back to enroll with the reason when it does not', async (context) => {
    const world = new FakeWorld({ type: 'verify', state: 'verifying', target: 'manageable' });
    world.failAt('power.verify', 'BmcUnreachable', 'No answer from the BMC; check its address.');
    await bench.run(context, world, 'verify');
    expect(world.state).toBe('enroll');
    expect(world.lastError).toBe('No answer from the BMC; check its address.');
  });
});

describe('power', () => {
  it.for([
    ['power on', false, ['power.on']],
    ['power off', false, ['power.off']],
    ['rebooting', false, ['power.off', 'power.on']],
    ['rebooting', true, ['power.reset']],
    ['soft power off', false, ['power.softOff']],
    ['soft rebooting', false, ['power.softOff', 'power.on']],
  ] as const)('%s (disable_power_off %s) calls %j', async ([target, disablePowerOff, calls], context) => {
    const world = new FakeWorld({
      type: 'power',
      state: 'active',
      target: 'active',
      power: { target, timeoutS: 60 },
      disablePowerOff,
    });
    await bench.run(context, world, 'power');
    expect(world.trace).toEqual(calls);
    expect(world.outcome).toBe('succeeded');
  });
});
