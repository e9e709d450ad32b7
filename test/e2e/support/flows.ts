import type { Client } from '@temporalio/client';

/** One activity of a flow as its history tells it. */
export interface ActivityRecord {
  readonly type: string;
  /** The attempt that ended it; above 1 an earlier one was lost or failed. */
  readonly attempt: number;
  /** Why the attempt before was the last but one: the message of its failure. */
  readonly lostBy: string | null;
}

/** The activities of the node's newest flow that came to an end, by the events of its history. */
export async function activitiesOf(temporal: Client, nodeUuid: string): Promise<readonly ActivityRecord[]> {
  const { events } = await temporal.workflow.getHandle(`node:${nodeUuid}`).fetchHistory();
  const types = new Map<string, string>();
  const records: ActivityRecord[] = [];
  for (const event of events ?? []) {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) types.set(String(event.eventId), scheduled.activityType?.name ?? '');
    const started = event.activityTaskStartedEventAttributes;
    if (!started) continue;
    records.push({
      type: types.get(String(started.scheduledEventId)) ?? '',
      attempt: started.attempt ?? 1,
      lostBy: started.lastFailure?.message ?? null,
    });
  }
  return records;
}

/** Remote activities that a worker works on at this moment. */
export async function runningActivities(temporal: Client, nodeUuid: string): Promise<readonly string[]> {
  const { raw } = await temporal.workflow.getHandle(`node:${nodeUuid}`).describe();
  // temporal.api.enums.v1.PendingActivityState: 2 = started.
  return (raw.pendingActivities ?? []).flatMap(({ state, activityType }) =>
    state === 2 && activityType?.name ? [activityType.name] : [],
  );
}

/** Who started the node's newest flow: `pid@host` of the client. */
export async function starterOf(temporal: Client, nodeUuid: string): Promise<string> {
  const { events } = await temporal.workflow.getHandle(`node:${nodeUuid}`).fetchHistory();
  return events?.[0]?.workflowExecutionStartedEventAttributes?.identity ?? '';
}
