import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noFakeDelays } from '#domain/fake-delays.js';
import { FakeWorld, type WorldOptions } from './testing/fake-world.js';
import { FlowBench } from './testing/flow-bench.js';

const bench = new FlowBench();
beforeAll(() => bench.start(), 180_000);
afterAll(() => bench.stop());

const beside = { power: 'fake', management: 'fake', boot: 'fake', network: 'noop' };

function rescuing(options: Partial<WorldOptions> = {}): FakeWorld {
  const world = new FakeWorld({ type: 'rescue', state: 'rescuing', target: 'rescue', ...options });
  world.onCall = (call) => {
    if (call === '-> rescue wait') world.beat = true;
  };
  return world;
}

describe('rescue', () => {
  it('boots the rescue ramdisk and gives it its password', async (context) => {
    const world = rescuing();
    await bench.run(context, world, 'rescue');
    expect(world.trace).toEqual([
      'boot.validate',
      'power.off',
      'network.removeTenant',
      'network.addProvisioning',
      'boot.prepareRamdisk',
      'power.off',
      'management.setBootDevice',
      'power.on',
      '-> rescue wait',
      '-> rescuing',
      'agent.finalizeRescue',
      'boot.cleanUpRamdisk',
      'network.removeProvisioning',
      'network.addTenant',
      '-> rescue',
    ]);
  });

  it('that fails leaves the machine off', async (context) => {
    const world = rescuing();
    world.failAt('agent.finalizeRescue', 'AgentCommandFailed', 'No room for the password; read the logs.');
    await bench.run(context, world, 'rescue');
    expect(world.state).toBe('rescue failed');
    expect(world.lastError).toBe('Failed to rescue: No room for the password; read the logs.');
    expect(world.trace.slice(-4)[0]).toBe('power.off');
  });

  it('that is aborted leaves the power as it is, and says when it could not clean up', async (context) => {
    const world = rescuing();
    world.failAt('boot.cleanUpRamdisk', 'NodeInvalid', 'The rows are gone; look.');
    world.onCall = async (call) => {
      if (call !== '-> rescue wait') return;
      world.requests = ['abort'];
      await bench.tell(context, 1);
    };
    await bench.run(context, world, 'rescue');
    expect(world.state).toBe('rescue failed');
    expect(world.outcome).toBe('aborted');
    expect(world.cleanUpFailed).toBe(true);
    expect(world.trace.slice(world.trace.indexOf('-> rescue wait'))).not.toContain('power.off');
  });

  it('fails after 30 minutes without a heartbeat', async (context) => {
    const world = rescuing({ interfaces: beside });
    world.onCall = () => {};
    world.clock = true;
    await bench.run(context, world, 'rescue', { pass: '1798s' });
    expect(world.state).toBe('rescue failed');
    expect(world.lastError).toMatch(/^Failed to rescue: Timeout reached while waiting for callback/);
  }, 60_000);

  it('of the fake interface takes the time it is told, by a timer', async (context) => {
    const fakeDelays = { ...noFakeDelays, rescue: { fromS: 3_600, toS: 3_600 } };
    const world = rescuing({ interfaces: { rescue: 'fake' }, fakeDelays });
    await bench.run(context, world, 'rescue', { pass: '3602s' });
    expect(world.trace).toEqual(['-> rescue']);
  }, 60_000);
});

describe('unrescue', () => {
  it('ends the rescue and boots the instance', async (context) => {
    const world = new FakeWorld({ type: 'unrescue', state: 'unrescuing', target: 'active' });
    await bench.run(context, world, 'unrescue');
    expect(world.trace).toEqual([
      'power.off',
      'boot.cleanUpRamdisk',
      'network.removeProvisioning',
      'nodes.forgetRescuePassword',
      'network.addTenant',
      'management.setBootDevice',
      'power.on',
      '-> active',
    ]);
  });

  it('that fails says so', async (context) => {
    const world = new FakeWorld({ type: 'unrescue', state: 'unrescuing', target: 'active' });
    world.failAt('power.on', 'BmcUnreachable', 'No answer from the BMC; check its address.');
    await bench.run(context, world, 'unrescue');
    expect(world.state).toBe('unrescue failed');
    expect(world.lastError).toBe('Failed to unrescue: No answer from the BMC; check its address.');
  });
});
