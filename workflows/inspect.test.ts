import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeWorld, type WorldOptions } from './testing/fake-world.js';
import { FlowBench } from './testing/flow-bench.js';

const bench = new FlowBench();
beforeAll(() => bench.start(), 180_000);
afterAll(() => bench.stop());

/** Calls beside the flow only: the test server's clock also times out the polls of remote activities when it jumps. */
const beside = { power: 'fake', management: 'fake', boot: 'fake', network: 'noop' };

function inspecting(options: Partial<WorldOptions> = {}): FakeWorld {
  return new FakeWorld({ type: 'inspect', state: 'inspecting', target: 'manageable', ...options });
}

describe('inspect', () => {
  it('boots the ramdisk, takes in what it found and leaves the machine off', async (context) => {
    const world = inspecting();
    world.onCall = (call) => {
      if (call === '-> inspect wait') world.posted = true;
    };
    await bench.run(context, world, 'inspect');
    expect(world.trace).toEqual([
      'boot.validate',
      'network.addProvisioning',
      'boot.prepareRamdisk',
      'power.off',
      'management.setBootDevice',
      'power.on',
      '-> inspect wait',
      '-> inspecting',
      'nodes.storeInspection',
      'power.off',
      'boot.cleanUpRamdisk',
      'network.removeProvisioning',
      '-> manageable',
    ]);
    expect(world.outcome).toBe('succeeded');
  });

  it('goes on waiting at a heartbeat, and goes on at the data', async (context) => {
    const world = inspecting();
    world.onCall = async (call) => {
      if (call !== '-> inspect wait') return;
      world.beat = true;
      await bench.beat(context);
      world.posted = true;
      await bench.beat(context);
    };
    await bench.run(context, world, 'inspect');
    expect(world.state).toBe('manageable');
  });

  it('ends by itself with the fake interface', async (context) => {
    const world = inspecting({ interfaces: { inspect: 'fake' } });
    await bench.run(context, world, 'inspect');
    expect(world.trace).toEqual(['-> manageable']);
  });

  it('fails with data that are of no use, and cleans up', async (context) => {
    const world = inspecting();
    world.onCall = (call) => {
      if (call === '-> inspect wait') world.posted = true;
    };
    world.failAt('nodes.storeInspection', 'NodeInvalid', 'Failed to finish inspection: no CPU; read the logs.');
    await bench.run(context, world, 'inspect');
    expect(world.state).toBe('inspect failed');
    expect(world.lastError).toBe('Failed to finish inspection: no CPU; read the logs.');
    expect(world.trace.slice(-4)).toEqual([
      'power.off',
      'boot.cleanUpRamdisk',
      'network.removeProvisioning',
      '-> inspect failed',
    ]);
  });

  it('that is aborted leaves the machine off', async (context) => {
    const world = inspecting();
    world.onCall = async (call) => {
      if (call !== '-> inspect wait') return;
      world.requests = ['abort'];
      await bench.tell(context, 1);
    };
    await bench.run(context, world, 'inspect');
    expect(world.state).toBe('inspect failed');
    expect(world.outcome).toBe('aborted');
    expect(world.lastError).toBe('Inspection was aborted by request.');
    expect(world.trace.slice(-4)[0]).toBe('power.off');
  });

  it('fails after 30 minutes without data', async (context) => {
    const world = inspecting({ interfaces: beside });
    world.clock = true;
    await bench.run(context, world, 'inspect', { pass: '1798s' });
    expect(world.state).toBe('inspect failed');
    expect(world.lastError).toMatch(/^Timeout reached while inspecting the node\./);
  }, 60_000);

  it('says what cannot be done with an interface of another kind', async (context) => {
    const world = inspecting({ interfaces: { inspect: 'redfish' } });
    await bench.run(context, world, 'inspect');
    expect(world.state).toBe('inspect failed');
    expect(world.lastError).toContain('inspect_interface "redfish"');
  });
});

describe('adopt', () => {
  const adopting: WorldOptions = { type: 'adopt', state: 'adopting', target: 'active' };

  it('leaves the machine alone', async (context) => {
    const world = new FakeWorld(adopting);
    await bench.run(context, world, 'adopt');
    expect(world.trace).toEqual(['-> active']);
  });

  it('fails when what the instance boots from is not there', async (context) => {
    const world = new FakeWorld({ ...adopting, interfaces: { deploy: 'ramdisk' } });
    world.failAt('boot.validate', 'NodeInvalid', 'The node has no port; make one.');
    await bench.run(context, world, 'adopt');
    expect(world.state).toBe('adopt failed');
    expect(world.lastError).toBe(
      'Error while attempting to adopt node a0000000-0000-4000-8000-000000000001: The node has no port; make one.',
    );
  });
});
