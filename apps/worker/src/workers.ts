import { fileURLToPath } from 'node:url';
import { Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import { activityInterceptors } from '#activities/interceptors/index.js';
import { flowQueue, groupQueue, stepQueue } from '#domain/task-queues.js';
import type { QueuedActivities } from './activities.js';
import type { WorkerConfig } from './config.js';

/** Made by `npm run build`: a worker that bundles itself needs 2 s and 90 MB more. */
const bundlePath = fileURLToPath(new URL('../../../workflow-bundle.js', import.meta.url));

/** What the workers of one process share. */
export interface Shared {
  readonly connection: NativeConnection;
  readonly config: WorkerConfig;
  readonly activities: QueuedActivities;
  readonly onUnexpected: (activity: string, error: unknown) => void;
}

/** The three workers of a process: flows, contacts of the conductor group, followers of its steps. */
export async function createWorkers(shared: Shared): Promise<readonly Worker[]> {
  const { config, activities } = shared;
  return Promise.all([
    Worker.create({
      ...common(shared),
      taskQueue: flowQueue,
      workflowBundle: { codePath: bundlePath },
      activities: activities.besideFlows,
      // A flow whose worker was killed goes on elsewhere after this time instead of 10 s.
      stickyQueueScheduleToStartTimeout: '2s',
      // 150 KB each: 1,000 open flows keep the process below 500 MB; others are replayed when they wake.
      maxCachedWorkflows: config.slots.cachedFlows,
      // Each lasts milliseconds on one thread; more than the default at a time gave nothing when measured.
      maxConcurrentWorkflowTaskExecutions: config.slots.flows,
      // Each holds a database connection for milliseconds; with the database away each gives up after 10 s.
      maxConcurrentLocalActivityExecutions: config.slots.rows,
      // Row writes that outlived their ten seconds beside the flow, and the reconciler.
      maxConcurrentActivityTaskExecutions: 50,
    }),
    Worker.create({
      ...common(shared),
      taskQueue: groupQueue(config.conductorGroup),
      activities: activities.ofGroup,
      // They wait for BMCs and agents nearly all the time: one socket and some kilobytes each.
      maxConcurrentActivityTaskExecutions: config.slots.hardware,
    }),
    Worker.create({
      ...common(shared),
      taskQueue: stepQueue(config.conductorGroup),
      activities: activities.ofSteps,
      // One for each machine that writes or erases a disk at this moment; an open connection each.
      maxConcurrentActivityTaskExecutions: config.slots.steps,
      maxConcurrentActivityTaskPolls: 2,
      // A follower can be taken over at any moment, and would otherwise keep a worker from leaving for hours.
      shutdownGraceTime: 0,
    }),
  ]);
}

function common({ connection, config, onUnexpected }: Shared): Omit<WorkerOptions, 'taskQueue'> {
  return {
    connection,
    namespace: config.temporal.namespace,
    identity: `${config.conductor}@${process.pid}`,
    interceptors: { activity: [activityInterceptors({ onUnexpected })] },
    // Together with the heartbeat timeout of 10 s: a dead worker is noticed, a busy one is not taken for dead.
    maxHeartbeatThrottleInterval: '3s',
    defaultHeartbeatThrottleInterval: '3s',
    // What runs may end by itself for a while; then it is cancelled, and what ignores that is left behind.
    shutdownGraceTime: '10s',
    shutdownForceTime: '15s',
  };
}
