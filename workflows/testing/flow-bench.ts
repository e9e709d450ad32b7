import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { expect, type TestContext } from 'vitest';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { flowQueue, groupQueue, stepQueue } from '#domain/task-queues.js';
import { bundleFlows } from '../../test/support/bundle-flows.js';
import { peerMissing } from '../../test/support/peers.js';
import { startTimeSkipping } from '../../test/support/time-skipping.js';
import { beat, operation } from '../messages.js';
import type { FakeWorld } from './fake-world.js';

/** What a test file needs to run flows: a server in which time can be skipped, and the flows' bundle. */
export class FlowBench {
  #environment: TestWorkflowEnvironment | string = 'not started';
  #bundle: { readonly code: string } = { code: '' };

  async start(): Promise<void> {
    // Quiet, and before anything else makes the SDK's runtime.
    Runtime.install({
      logger: new DefaultLogger('ERROR'),
      telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } },
    });
    this.#bundle = await bundleFlows();
    this.#environment = await startTimeSkipping();
  }

  async stop(): Promise<void> {
    if (typeof this.#environment !== 'string') await this.#environment.teardown();
  }

  /** Runs the flow to its end; skips the test where the server cannot be had. */
  async run(context: TestContext, world: FakeWorld, workflowType: string, options?: RunOptions): Promise<void> {
    await runFlow(this.#server(context), this.#bundle, world, workflowType, options);
  }

  /** Tells the node's flow that there is news, as the API does. */
  async tell(context: TestContext, number: number, operationId = 'operation-1'): Promise<void> {
    const news = { operationId, number, type: 'deploy' as const };
    await clientOf(this.#server(context)).workflow.getHandle(workflowId).signal(operation, news);
  }

  /** Tells the node's flow that what it waits for may be in the rows. */
  async beat(context: TestContext): Promise<void> {
    await clientOf(this.#server(context)).workflow.getHandle(workflowId).signal(beat);
  }

  #server(context: TestContext): TestWorkflowEnvironment {
    return typeof this.#environment === 'string' ? peerMissing(context, this.#environment) : this.#environment;
  }
}

const workflowId = 'node:a0000000-0000-4000-8000-000000000001';

/** A client that leaves the server's clock alone; the environment's own one would let it jump while it waits. */
function clientOf(env: TestWorkflowEnvironment): Client {
  return new Client({ connection: env.connection });
}

export interface RunOptions {
  /**
   * Once the flow waits for a timer, the clock jumps so far (`29m 58s`). Choose it a little shorter than the timer: a
   * jump while any task is open would time that task out.
   */
  readonly pass?: string;
}

/** Runs one flow in the world until it ends, with one worker for each of the three queues of the default group. */
async function runFlow(
  env: TestWorkflowEnvironment,
  workflowBundle: { readonly code: string },
  world: FakeWorld,
  workflowType: string,
  { pass }: RunOptions = {},
): Promise<void> {
  const activities = world.activities();
  const workers = await Promise.all([
    Worker.create({ connection: env.nativeConnection, taskQueue: flowQueue, workflowBundle, activities }),
    Worker.create({ connection: env.nativeConnection, taskQueue: groupQueue(''), activities }),
    Worker.create({ connection: env.nativeConnection, taskQueue: stepQueue(''), activities }),
  ]);
  const running = workers.map((worker) => worker.run());
  try {
    const handle = await clientOf(env).workflow.start(workflowType, {
      workflowId,
      taskQueue: flowQueue,
      args: ['operation-1'],
    });
    if (pass !== undefined) {
      await expect.poll(() => waitsForTimerOnly(handle), { timeout: 30_000 }).toBe(true);
      await env.sleep(pass);
    }
    await handle.result();
  } finally {
    for (const worker of workers) worker.shutdown();
    await Promise.all(running);
  }
}

/** A timer runs, and no workflow task is on its way: one that the jump hits times out, and the server loses count. */
async function waitsForTimerOnly(handle: WorkflowHandle): Promise<boolean> {
  const { events } = await handle.fetchHistory();
  const last = events?.at(-1);
  const busy = last?.workflowTaskScheduledEventAttributes ?? last?.workflowTaskStartedEventAttributes;
  return !busy && (events ?? []).some((event) => event.timerStartedEventAttributes);
}
