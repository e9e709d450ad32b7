import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it, vi, type TestContext } from 'vitest';
import type { NodeCall, NodeChange } from '#domain/node-calls.js';
import { flowQueue, groupQueue } from '#domain/task-queues.js';
import { bundleFlows } from '../test/support/bundle-flows.js';
import { peerMissing } from '../test/support/peers.js';
import { startTimeSkipping } from '../test/support/time-skipping.js';

// Each test starts workers of its own, which takes a busy machine seconds.
vi.setConfig({ testTimeout: 60_000 });

let environment: TestWorkflowEnvironment | string = 'not started';
let bundle: { readonly code: string } = { code: '' };

beforeAll(async () => {
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } },
  });
  bundle = await bundleFlows();
  environment = await startTimeSkipping();
}, 180_000);

afterAll(async () => {
  if (typeof environment !== 'string') await environment.teardown();
});

type Activities = Readonly<Record<string, (...args: never[]) => Promise<unknown>>>;

/**
 * Runs a flow with one worker beside the flows and, if it has activities, one of the conductor group `rack`. With
 * `pass` the clock jumps so far once the flow waits for its call.
 */
async function run(
  context: TestContext,
  type: 'callNode' | 'changeNode',
  argument: NodeCall | NodeChange,
  { besideFlows = {}, ofGroup, pass }: { besideFlows?: Activities; ofGroup?: Activities; pass?: string },
): Promise<unknown> {
  const env = typeof environment === 'string' ? peerMissing(context, environment) : environment;
  const connection = env.nativeConnection;
  const workers = [
    await Worker.create({ connection, taskQueue: flowQueue, workflowBundle: bundle, activities: besideFlows }),
    ...(ofGroup ? [await Worker.create({ connection, taskQueue: groupQueue('rack'), activities: ofGroup })] : []),
  ];
  const running = workers.map((worker) => worker.run());
  try {
    // The environment's own client would let the clock jump while it waits.
    const client = new Client({ connection: env.connection });
    const workflowId = `${type}-${randomUUID()}`;
    const handle = await client.workflow.start(type, { workflowId, taskQueue: flowQueue, args: [argument] });
    if (pass !== undefined) {
      await vi.waitUntil(() => scheduled(handle), { timeout: 10_000 });
      await env.sleep(pass);
    }
    return await handle.result();
  } finally {
    for (const worker of workers) worker.shutdown();
    await Promise.all(running);
  }
}

async function scheduled(handle: WorkflowHandle): Promise<boolean> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).some((event) => event.activityTaskScheduledEventAttributes);
}

const nmi: NodeCall = {
  nodeUuid: 'node-1',
  conductorGroup: 'rack',
  implementation: 'ipmitool',
  activity: 'management.injectNmi',
  args: [],
};
const indicator: NodeCall = { ...nmi, activity: 'management.readIndicator', args: ['system', 'led'] };
const failure = { text: 'Error enabling the console on node node-1. Reason', historyType: 'console' };

/** Fails so often, in a way that may pass, then answers. */
function failing(times: number, seen: unknown[]): (...args: unknown[]) => Promise<string> {
  return async (...args) => {
    seen.push(args);
    if (seen.length > times) return 'on';
    throw ApplicationFailure.retryable('BMC 10.0.0.1 is silent; check its cable.', 'BmcUnreachable');
  };
}

describe('a call', () => {
  it('runs at the workers of the conductor group, and again when it may', async (context) => {
    const seen: unknown[] = [];
    const ofGroup = { 'management.readIndicator': failing(1, seen) };
    expect(await run(context, 'callNode', indicator, { ofGroup })).toBe('on');
    expect(seen).toEqual([
      ['node-1', 'system', 'led'],
      ['node-1', 'system', 'led'],
    ]);
  });

  it('that acts each time it arrives is tried once', async (context) => {
    const seen: unknown[] = [];
    const ofGroup = { 'management.injectNmi': failing(1, seen) };
    await expect(run(context, 'callNode', nmi, { ofGroup })).rejects.toThrow('Workflow execution failed');
    expect(seen).toHaveLength(1);
  });

  it('of a fake interface needs no worker of the group', async (context) => {
    const besideFlows = { 'management.readIndicator': async () => 'on' };
    expect(await run(context, 'callNode', { ...indicator, implementation: 'fake' }, { besideFlows })).toBe('on');
  });
});

describe('a change', () => {
  it('that fails tells the cause on the node', async (context) => {
    const told: unknown[] = [];
    const besideFlows = { 'calls.recordFailure': async (...args: unknown[]) => void told.push(args) };
    await run(
      context,
      'changeNode',
      { call: nmi, failure },
      { besideFlows, ofGroup: { 'management.injectNmi': failing(1, []) } },
    );
    expect(told).toEqual([['node-1', failure, 'BMC 10.0.0.1 is silent; check its cable.']]);
  });

  it('that nobody carries out is given up after ten minutes, with the group to look for', async (context) => {
    const told: unknown[] = [];
    const besideFlows = { 'calls.recordFailure': async (...args: unknown[]) => void told.push(args[2]) };
    await run(context, 'changeNode', { call: nmi, failure }, { besideFlows, pass: '599s' });
    expect(told).toEqual([
      'nobody could inject NMI within 10 minutes; check that a worker of conductor group rack runs and reaches the BMC',
    ]);
  });
});
