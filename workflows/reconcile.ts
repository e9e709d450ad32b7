import { proxyActivities } from '@temporalio/workflow';
import type { ReconcilerActivities } from '#activities/contract.js';
import { flowQueue } from '#domain/task-queues.js';

const activities = proxyActivities<Record<'reconciler.sweep', ReconcilerActivities['sweep']>>({
  taskQueue: flowQueue,
  // A sweep asks Temporal about every unfinished operation; the next one is due soon, so a failed one is not repeated.
  startToCloseTimeout: '60s',
  retry: { maximumAttempts: 1 },
});

/** Brings rows and flows into agreement once; a schedule starts it every 15 s. */
export async function reconcile(): Promise<Awaited<ReturnType<ReconcilerActivities['sweep']>>> {
  return activities['reconciler.sweep']();
}
