import { fileURLToPath } from 'node:url';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { ActivityFailure, ApplicationFailure, WorkflowFailedError, defaultPayloadConverter } from '@temporalio/client';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, beforeEach, expect, test, vi, type TestContext } from 'vitest';
import type { Json } from '#database/secrets.js';
import { BmcUnreachable } from '#domain/errors.js';
import { policies, type Policy } from '#domain/policies.js';
import { peerMissing } from '../../test/support/peers.js';
import { startTemporal } from '../../test/support/temporal-server.js';
import { currentContact } from '../contact.js';
import type { AnyActivity } from '../register.js';
import type { HeartbeatDetails } from './details.js';
import { activityInterceptors } from './index.js';

/** Bundling a flow takes its time, and the server leaves a second between attempts, however short their back-off. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 180_000 });

let environment: TestWorkflowEnvironment | string;
let env: TestWorkflowEnvironment;
let flows: Worker;
let flowsEnded: Promise<void>;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  environment = await startTemporal();
  if (typeof environment === 'string') return;
  env = environment;
  const workflowsPath = fileURLToPath(new URL('../../test/support/one-call.ts', import.meta.url));
  flows = await Worker.create({ connection: env.nativeConnection, taskQueue: 'flows', workflowsPath });
  flowsEnded = flows.run();
});

afterAll(async () => {
  if (typeof environment === 'string') return;
  flows.shutdown();
  await flowsEnded;
  await env.teardown();
});

beforeEach((context: TestContext) => {
  if (typeof environment === 'string') peerMissing(context, environment);
});

const quick: Policy = { ...policies.bmcRead, limitMs: 400, retry: { initialMs: 50, maxMs: 50, backoff: 1 } };

let queues = 0;

function newQueue(): string {
  return `activities-${++queues}`;
}

/** A flow whose only activity is called on `taskQueue`. */
function startFlow(taskQueue: string): Promise<unknown> {
  return env.client.workflow.execute('oneCall', {
    workflowId: taskQueue,
    taskQueue: 'flows',
    args: [
      'power.read',
      {
        taskQueue,
        startToCloseTimeout: 30_000,
        heartbeatTimeout: 2_000,
        retry: { initialInterval: 50, maximumInterval: 50, backoffCoefficient: 1 },
      },
    ],
  });
}

/** Serves `taskQueue` under the interceptors until the flow has ended. */
async function serve<T>(taskQueue: string, activity: AnyActivity, policy: Policy, flow: () => Promise<T>): Promise<T> {
  const worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue,
    activities: { 'power.read': activity },
    interceptors: {
      activity: [activityInterceptors({ onUnexpected() {}, heartbeatEveryMs: 100, policyFor: () => policy })],
    },
    maxHeartbeatThrottleInterval: '3s',
  });
  return worker.runUntil(flow);
}

/** Runs `activity` under the interceptors until the flow that called it has ended. */
async function run(activity: AnyActivity, policy: Policy = quick): Promise<unknown> {
  const taskQueue = newQueue();
  return serve(taskQueue, activity, policy, () => startFlow(taskQueue));
}

/** The failure with which the activity ended the flow. */
async function failureOf(flow: Promise<unknown>): Promise<ApplicationFailure> {
  const error: unknown = await flow.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof WorkflowFailedError && error.cause instanceof ActivityFailure) {
    if (error.cause.cause instanceof ApplicationFailure) return error.cause.cause;
  }
  throw new Error('the flow did not fail by its activity', { cause: error });
}

test('progress and failures of attempts that failed reach the next attempt', async () => {
  const seen: (Json | undefined)[] = [];
  let attempt = 0;
  const result = await run(
    async () => {
      attempt++;
      seen.push(currentContact().earlierProgress);
      currentContact().setProgress({ attempt });
      if (attempt < 4) throw new BmcUnreachable('BMC 192.0.2.7:623 is silent');
      return 'reached';
    },
    { ...quick, limitMs: 60_000 },
  );
  expect(result).toBe('reached');
  expect(seen).toEqual([undefined, { attempt: 1 }, { attempt: 2 }, { attempt: 3 }]);
});

test('an activity that keeps failing gives up at its limit and names the last cause', async () => {
  const failure = await failureOf(
    run(async () => {
      throw new BmcUnreachable('BMC 192.0.2.7:623 is silent');
    }),
  );
  expect(failure).toMatchObject({ type: 'BmcUnreachable', nonRetryable: true });
  expect(failure.message).toMatch(
    /^BMC 192\.0\.2\.7:623 is silent; check the BMC address.*; gave up after \d+ s and \d+ failures\.$/,
  );
});

test('an answer in between starts the limit anew', async () => {
  let attempts = 0;
  const result = await run(async () => {
    attempts++;
    if (attempts === 4) return 'done';
    currentContact().answered();
    throw new BmcUnreachable('BMC 192.0.2.7:623 is silent');
  });
  expect(result).toBe('done');
});

test('the activity learns whether a failure will be its last', async () => {
  const asked: boolean[] = [];
  await failureOf(
    run(async () => {
      const error = new BmcUnreachable('BMC 192.0.2.7:623 is silent');
      asked.push(currentContact().isFinal(error));
      throw error;
    }),
  );
  expect(asked.at(-1)).toBe(true);
  expect(asked.slice(0, -1)).not.toContain(true);
});

test('what a worker reported before it died reaches the attempts after it', async () => {
  const taskQueue = newQueue();
  const left: HeartbeatDetails = {
    progress: { commandId: 'c1', longPolls: 2 },
    failures: {
      firstAt: 1_000,
      lastAt: 2_000,
      spentMs: 300,
      kinds: { BmcUnreachable: { count: 2, spentMs: 300 } },
    },
  };
  const flow = startFlow(taskQueue);
  await dieInActivity(taskQueue, left);
  let progress: Json | undefined;
  let attempts = 0;
  const result = await serve(
    taskQueue,
    async () => {
      attempts++;
      progress = currentContact().earlierProgress;
      if (attempts === 1) throw new BmcUnreachable('BMC 192.0.2.7:623 is silent');
      return 'taken over';
    },
    { ...quick, limitMs: 300 + 2 * 30_000 },
    () => flow,
  );
  expect(result).toBe('taken over');
  expect(progress).toEqual(left.progress);
  expect(attempts).toBe(2);
});

/** A worker that takes one activity, sends one heartbeat and is never heard of again. */
async function dieInActivity(taskQueue: string, details: HeartbeatDetails): Promise<void> {
  const service = env.connection.workflowService;
  const namespace = env.client.options.namespace;
  await env.connection.withDeadline(Date.now() + 30_000, async () => {
    const task = await service.pollActivityTaskQueue({ namespace, taskQueue: { name: taskQueue }, identity: 'dying' });
    await service.recordActivityTaskHeartbeat({
      namespace,
      taskToken: task.taskToken,
      details: { payloads: [defaultPayloadConverter.toPayload(details)] },
    });
  });
}
