import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type Client } from '@temporalio/client';
import { flowQueue } from '#domain/task-queues.js';

/** Seconds between two sweeps: an operation whose start was lost runs at most this much later. */
const EVERY_S = 15;

/** Makes sure that the reconciler's schedule exists. One that is there is left as its operator set it up. */
export async function ensureReconcileSchedule(client: Client): Promise<void> {
  try {
    await client.schedule.create({
      scheduleId: 'reconcile',
      spec: { intervals: [{ every: `${EVERY_S}s` }] },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1m' },
      action: {
        type: 'startWorkflow',
        workflowType: 'reconcile',
        workflowId: 'reconcile',
        taskQueue: flowQueue,
        args: [],
        workflowTaskTimeout: '5s',
        workflowRunTimeout: '5m',
      },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}
