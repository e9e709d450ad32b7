import type { ActivityOptions, LocalActivityOptions } from '@temporalio/workflow';
import { policies, policyOf, type Policy } from '#domain/policies.js';

/**
 * Row writes beside the flow. Two seconds are long for a row; after ten the database is taken for away and the same
 * function goes on as a remote activity, whose retries cost no events.
 */
export const recordLocally: LocalActivityOptions = {
  startToCloseTimeout: '2s',
  scheduleToCloseTimeout: '10s',
  retry: { initialInterval: '100ms', maximumInterval: '1s', backoffCoefficient: 2 },
};

/** The same as a remote activity, for as long as the database is away. */
export const recordRemotely: ActivityOptions = optionsOf(policies.record);

/** Options of a remote activity by its name on the wire; see #domain/policies.js for the numbers and their reasons. */
export function remotely(activity: string): ActivityOptions {
  return optionsOf(policyOf(activity));
}

function optionsOf({ startToCloseMs, heartbeatMs, retry }: Policy): ActivityOptions {
  return {
    startToCloseTimeout: startToCloseMs,
    ...(heartbeatMs === null ? {} : { heartbeatTimeout: heartbeatMs }),
    retry: { initialInterval: retry.initialMs, maximumInterval: retry.maxMs, backoffCoefficient: retry.backoff },
  };
}
