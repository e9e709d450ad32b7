import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { createNodeActivities } from '#activities/nodes/index.js';
import { acceptRequest, lockNode, unfinishedProvision } from '#database/operations.js';
import type { Node } from '#database/generated/client.js';
import { nodeWorkflowId } from '#temporal-config/operation-starter.js';
import { peerMissing } from '../support/peers.js';
import { OperationBench } from './bench.js';

let started: OperationBench | string;
beforeAll(async () => {
  started = await OperationBench.start();
}, 120_000);
afterAll(async () => {
  if (typeof started !== 'string') await started.stop();
});

function benchOf(context: TestContext): OperationBench {
  return typeof started === 'string' ? peerMissing(context, started) : started;
}

const deploying = { type: 'deploy', plan: {}, move: { state: 'deploying', targetState: 'active' } } as const;
const deleting = { type: 'teardown', plan: {}, move: { state: 'deleting', targetState: 'available' } } as const;

const eventually = { timeout: 30_000, interval: 50 };

describe('an operation', () => {
  it('is the lock: of two verbs at once one is accepted, and the other has changed nothing', async (context) => {
    const bench = benchOf(context);
    const node = await bench.node('available');
    const outcomes = await Promise.allSettled([bench.accept(node, deploying), bench.accept(node, deploying)]);
    expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const rows = await bench.database.operation.findMany({ where: { nodeId: node.id } });
    expect(rows.map((row) => row.number)).toEqual([1]);
  });

  it('that was never started is started by the reconciler', async (context) => {
    const bench = benchOf(context);
    const node = await bench.node('available');
    const { operationId } = await bench.accept(node, deploying);
    await bench.withWorker(async () => {
      expect((await bench.reconciler.sweep()).started).toBeGreaterThan(0);
      await expect.poll(() => bench.state(node), eventually).toBe('active');
    });
    expect((await bench.operation(operationId)).status).toBe('succeeded');
  });

  it('is accepted without any worker and runs when one comes', async (context) => {
    const bench = benchOf(context);
    const node = await bench.node('available');
    await bench.starter.start(await bench.accept(node, deploying));
    expect(await bench.state(node)).toBe('deploying');
    await bench.withWorker(async () => {
      await expect.poll(() => bench.state(node), eventually).toBe('active');
    });
  });

  it('that no worker of its conductor group serves says so on the node until one comes', async (context) => {
    const bench = benchOf(context);
    const node = await bench.node('available', 'direct', 'rack9');
    await bench.withWorker(async () => {
      await bench.starter.start(await bench.accept(node, deploying));
      await bench.reconciler.sweep();
      const lastError = async () => (await bench.database.node.findUniqueOrThrow({ where: { id: node.id } })).lastError;
      expect(await lastError()).toMatch(/^No worker serves conductor group "rack9": the deploy of node node-/);
      await bench.database.conductor.create({ data: { hostname: 'rack9-worker', conductorGroup: 'rack9' } });
      await bench.reconciler.sweep();
      expect(await lastError()).toBeNull();
    });
  });

  it('deleted during a wait supersedes the deploy, whose flow hands over and writes nothing more', async (context) => {
    const bench = benchOf(context);
    const node = await bench.node('available', 'direct');
    await bench.withWorker(async () => {
      const deploy = await bench.accept(node, deploying);
      await bench.starter.start(deploy);
      await expect.poll(() => bench.state(node), eventually).toBe('wait call-back');
      const tearDown = await bench.accept(node, { ...deleting, supersedes: true });
      await bench.starter.start(tearDown);
      // The ramdisk of fake-hardware never calls: cleaning waits, which shows that the tear-down ran.
      await expect.poll(() => bench.state(node), eventually).toBe('clean wait');
      expect((await bench.operation(deploy.operationId)).status).toBe('superseded');
    });
    const after = await bench.database.node.findUniqueOrThrow({ where: { id: node.id } });
    expect(after.lastError).toBeNull();
  });

  it('abort that is committed while the flow waits ends it, with nothing left behind', async (context) => {
    const bench = benchOf(context);
    const node = await bench.node('available', 'direct');
    await bench.withWorker(async () => {
      const { operationId } = await bench.accept(node, deploying).then(async (accepted) => {
        await bench.starter.start(accepted);
        return accepted;
      });
      await expect.poll(() => bench.state(node), eventually).toBe('wait call-back');
      await abort(bench, node);
      await expect.poll(() => bench.state(node), eventually).toBe('deploy failed');
      expect((await bench.operation(operationId)).status).toBe('aborted');
    });
    expect(await bench.database.boot.count({ where: { nodeId: node.id, endedAt: null } })).toBe(0);
  });

  it('abort whose signal was lost is carried out by the reconciler', async (context) => {
    const bench = benchOf(context);
    const node = await bench.node('available', 'direct');
    await bench.withWorker(async () => {
      await bench.starter.start(await bench.accept(node, deploying));
      await expect.poll(() => bench.state(node), eventually).toBe('wait call-back');
      await abort(bench, node, { signal: false });
      await bench.reconciler.sweep();
      await expect.poll(() => bench.state(node), eventually).toBe('deploy failed');
    });
  });

  it('a beat that came before the wait is found when the wait is entered', async (context) => {
    const bench = benchOf(context);
    const node = await bench.node('available', 'direct');
    const { operationId } = await bench.accept(node, deploying);
    const rows = createNodeActivities({
      database: bench.database,
      conductor: 'bench',
      settings: { callbackTimeoutS: () => 1800, automatedClean: true },
    });
    await rows.begin(operationId, 'run-1');
    await bench.database.boot.create({
      data: {
        id: crypto.randomUUID(),
        nodeId: node.id,
        operationId,
        number: 1,
        agentToken: 'sealed',
        heartbeats: 1,
        heartbeatAt: new Date(),
      },
    });
    const key = { operationId, runId: 'run-1', sequence: 1 };
    const facts = await rows.enter(key, 'wait', { stage: 'waiting', awaitBeat: true });
    expect(facts.beat).toBe(true);
    expect((await bench.operation(operationId)).awaitsBeat).toBe(false);
    // The same write again, as after a lost workflow task, changes nothing and says the same.
    expect((await rows.enter(key, 'wait', { stage: 'waiting', awaitBeat: true })).beat).toBe(true);
    await expect(
      rows.enter({ ...key, runId: 'run-2', sequence: 2 }, 'fail', { stage: '', awaitBeat: false }),
    ).rejects.toThrow('newer operation');
  });

  it('a signal that meets the completion of a flow is not lost: the newest operation runs on every node', async (context) => {
    const bench = benchOf(context);
    const nodes = await Promise.all(Array.from({ length: 5 }, () => bench.node('available')));
    await bench.withWorker(async () => {
      for (let round = 0; round < 4; round++) {
        await Promise.all(nodes.map((node) => oneRound(bench, node, round % 2 === 0 ? 'active' : 'available')));
      }
    });
    const unfinished = await bench.database.operation.count({
      where: { nodeId: { in: nodes.map((node) => node.id) }, status: { in: ['pending', 'running'] } },
    });
    expect(unfinished).toBe(0);
  }, 120_000);

  it('whose flow was terminated is failed with the reason, and the node can be deployed again', async (context) => {
    const bench = benchOf(context);
    const node = await bench.node('available', 'direct');
    await bench.withWorker(async () => {
      await bench.starter.start(await bench.accept(node, deploying));
      await expect.poll(() => bench.state(node), eventually).toBe('wait call-back');
      await bench.client.workflow.getHandle(nodeWorkflowId(node.uuid)).terminate('test');
      expect((await bench.reconciler.sweep()).failed).toBeGreaterThan(0);
      await expect.poll(() => bench.state(node), eventually).toBe('deploy failed');
    });
    const after = await bench.database.node.findUniqueOrThrow({ where: { id: node.id } });
    expect(after.lastError).toContain('lost its flow in state wait call-back');
  });

  it('whose workflow task keeps failing is named in last_error and goes on when the release is mended', async (context) => {
    const bench = benchOf(context);
    const node = await bench.node('available');
    const accepted = await bench.accept(node, deploying);
    await bench.withWorker(
      async () => {
        await bench.starter.start(accepted);
        await expect
          .poll(async () => (await bench.reconciler.sweep()).named, { timeout: 60_000, interval: 200 })
          .toBeGreaterThan(0);
      },
      { broken: true },
    );
    const named = await bench.database.node.findUniqueOrThrow({ where: { id: node.id } });
    expect(named.lastError).toMatch(/is stuck: its workflow task failed \d+ times/);
    await bench.withWorker(async () => {
      await expect.poll(() => bench.state(node), { timeout: 60_000 }).toBe('active');
    });
    expect((await bench.database.node.findUniqueOrThrow({ where: { id: node.id } })).lastError).toBeNull();
  }, 150_000);
});

async function abort(bench: OperationBench, node: Node, { signal = true } = {}): Promise<void> {
  const accepted = await bench.database.$transaction(async (tx) => {
    const locked = await lockNode(tx, node.uuid);
    const running = locked && unfinishedProvision(locked);
    if (!locked || !running) throw new Error('Nothing to abort.');
    return acceptRequest(tx, locked, running, 'abort');
  });
  if (signal) await bench.starter.start(accepted);
}

/** One verb, sent the moment the last operation's row is finished, while its flow may still be closing. */
async function oneRound(bench: OperationBench, node: Node, end: 'active' | 'available'): Promise<void> {
  const accepted = await bench.accept(node, end === 'active' ? deploying : deleting);
  await bench.starter.start(accepted);
  await expect
    .poll(async () => (await bench.operation(accepted.operationId)).status, { timeout: 30_000, interval: 5 })
    .toBe('succeeded');
  expect(await bench.state(node)).toBe(end);
}
