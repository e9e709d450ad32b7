import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeWorld } from './testing/fake-world.js';
import { FlowBench } from './testing/flow-bench.js';

const bench = new FlowBench();
beforeAll(() => bench.start(), 180_000);
afterAll(() => bench.stop());

function deploying(): FakeWorld {
  return new FakeWorld({ type: 'deploy', state: 'deploying', target: 'active' });
}

/** The agent calls as soon as the node waits for it. */
function withAgent(world: FakeWorld): FakeWorld {
  world.onCall = (call) => {
    if (call === '-> wait call-back') world.beat = true;
  };
  return world;
}

describe('deploy', () => {
  it('goes through the steps of direct in their order and ends active', async (context) => {
    const world = withAgent(deploying());
    await bench.run(context, world, 'deploy');
    expect(world.trace).toEqual([
      'boot.validate',
      'images.check',
      'network.addProvisioning',
      'step deploy',
      'boot.prepareRamdisk',
      'power.off',
      'management.setBootDevice',
      'power.on',
      '-> wait call-back',
      '-> deploying',
      'agent.freezePlan',
      'step write_image',
      'agent.startStep write_image',
      '-> wait call-back',
      'agent.followStep write_image',
      '-> deploying',
      'step prepare_instance_boot',
      'agent.installBootloader',
      'management.setBootDevice',
      'step tear_down_agent',
      'agent.powerOff',
      'power.waitForOff',
      'boot.cleanUpRamdisk',
      'step switch_to_tenant_network',
      'network.removeProvisioning',
      'network.addTenant',
      'step boot_instance',
      'power.on',
      '-> active',
    ]);
    expect(world.outcome).toBe('succeeded');
  });

  it('fails after 30 minutes without a heartbeat, powered off and without boot configuration', async (context) => {
    // Calls beside the flow only: the test server's clock also times out the polls of remote activities when it jumps.
    const interfaces = { power: 'fake', management: 'fake', boot: 'fake', network: 'noop' };
    const world = new FakeWorld({ type: 'deploy', state: 'deploying', target: 'active', interfaces });
    world.clock = true;
    await bench.run(context, world, 'deploy', { pass: '1798s' });
    expect(world.state).toBe('deploy failed');
    expect(world.lastError).toMatch(/^Timeout reached while waiting for callback for node/);
    const undone = world.trace.slice(world.trace.indexOf('-> wait call-back') + 1);
    // Local calls run again when the jump has cost a workflow task.
    expect([...new Set(undone)]).toEqual([
      'power.off',
      'boot.cleanUpRamdisk',
      'network.removeProvisioning',
      '-> deploy failed',
    ]);
  }, 60_000);

  it.for([
    'boot.validate',
    'images.check',
    'network.addProvisioning',
    'boot.prepareRamdisk',
    'management.setBootDevice',
    'power.on',
    'agent.freezePlan',
    'agent.startStep write_image',
    'agent.followStep write_image',
    'agent.installBootloader',
    'agent.powerOff',
    'power.waitForOff',
    'network.addTenant',
  ])('ends in deploy failed with the reason when %s fails', async (call, context) => {
    const world = withAgent(deploying());
    world.failAt(call, 'BmcAuthRejected', `${call} was refused; correct it.`);
    await bench.run(context, world, 'deploy');
    expect(world.state).toBe('deploy failed');
    expect(world.lastError).toBe(`${call} was refused; correct it.`);
    expect(world.outcome).toBe('failed');
  });

  it('leaves the machine on after a failure when the operator wants to look at its ramdisk', async (context) => {
    const options = {
      type: 'deploy',
      state: 'deploying',
      target: 'active',
      powerOffAfterDeployFailure: false,
    } as const;
    const world = withAgent(new FakeWorld(options));
    world.failAt('agent.startStep write_image', 'AgentCommandFailed', 'No disk.');
    await bench.run(context, world, 'deploy');
    expect(world.state).toBe('deploy failed');
    const undone = world.trace.slice(world.trace.indexOf('agent.startStep write_image') + 1);
    expect(undone).toEqual(['boot.cleanUpRamdisk', 'network.removeProvisioning', '-> deploy failed']);
  });

  it('abort while waiting for the agent cleans up, leaves the power as it is and ends in deploy failed', async (context) => {
    const world = deploying();
    world.onCall = async (call) => {
      if (call !== '-> wait call-back') return;
      world.requests = ['abort'];
      await bench.tell(context, 1);
    };
    await bench.run(context, world, 'deploy');
    expect(world.state).toBe('deploy failed');
    expect(world.outcome).toBe('aborted');
    expect(world.lastError).toContain('By request, the deploy operation was aborted');
    expect(world.trace.slice(world.trace.indexOf('-> wait call-back') + 1)).toEqual([
      'boot.cleanUpRamdisk',
      'network.removeProvisioning',
      '-> deploy failed',
    ]);
  });

  it('abort that is committed while the flow moves on is obeyed at the next write', async (context) => {
    const world = withAgent(deploying());
    world.onCall = (call) => {
      if (call === '-> wait call-back') world.beat = true;
      if (call === 'agent.freezePlan') world.requests = ['abort'];
    };
    await bench.run(context, world, 'deploy');
    expect(world.outcome).toBe('aborted');
    expect(world.trace).not.toContain('agent.startStep write_image');
  });

  it('writes nothing more once a newer operation owns the node, and hands over to it', async (context) => {
    const world = deploying();
    world.onCall = async (call) => {
      if (call !== '-> wait call-back') return;
      world.superseded = true;
      await bench.tell(context, 2, 'operation-2');
    };
    await bench.run(context, world, 'deploy');
    expect(world.outcome).toBeNull();
    expect(world.state).toBe('wait call-back');
  });

  it('carries out a power request while it waits, and goes on waiting', async (context) => {
    const world = deploying();
    world.onCall = async (call) => {
      if (call === '-> wait call-back' && !world.powerOperation) {
        world.powerOperation = { id: 'power-1', power: { target: 'rebooting', timeoutS: 60 }, outcome: null };
        await bench.tell(context, 2, 'power-1');
      }
      if (world.powerOperation && call === 'power.on') world.beat = true;
    };
    await bench.run(context, world, 'deploy');
    expect(world.powerOperation?.outcome).toBe('succeeded');
    expect(world.state).toBe('active');
  });

  it('power-cycles once when the token answer was lost, and says so', async (context) => {
    const world = deploying();
    let boots = 0;
    world.onCall = (call) => {
      if (call === 'boot.prepareRamdisk') boots++;
      if (call === '-> wait call-back' && boots === 1) world.tokenLost = true;
      if (call === 'power.on' && boots === 2) {
        world.tokenLost = false;
        world.beat = true;
      }
    };
    await bench.run(context, world, 'deploy');
    expect(boots).toBe(2);
    expect(world.notes.join()).toContain('token');
    expect(world.state).toBe('active');
  });

  it('fails and cleans up an operation whose earlier flow is gone', async (context) => {
    const world = deploying();
    world.takenOver = true;
    await bench.run(context, world, 'deploy');
    expect(world.lastError).toContain('lost its flow in state deploying');
    expect(world.trace).toEqual(['power.off', 'boot.cleanUpRamdisk', 'network.removeProvisioning', '-> deploy failed']);
  });

  it('ends at once when its operation is finished', async (context) => {
    const world = deploying();
    world.outcome = 'succeeded';
    await bench.run(context, world, 'deploy');
    expect(world.trace).toEqual([]);
  });
});
