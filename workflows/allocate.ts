import { condition, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import { allocation } from './messages.js';
import { allocations } from './runbook/proxies.js';

/** How many allocations one run has served. */
export interface Served {
  readonly active: number;
  readonly failed: number;
}

/** A node that somebody works on is asked for again after this time (Ironic `[conductor]node_locked_retry_interval`). */
const lockedRetry = '1s';

/**
 * Gives nodes to all allocations that have none, and ends. One flow, `allocations`, serves everybody: a thousand may be
 * asked for at once, and a flow for each would take half a minute of two cores (35 empty flows a second) for work that
 * is one transaction each; one that drains the table takes them in rounds, in the order in which they came, and reads the
 * nodes once a round. What is asked for is in the rows, so a signal only says that there is something new.
 */
export async function allocate(before: Served = { active: 0, failed: 0 }): Promise<Served> {
  let asked = true;
  setHandler(allocation, () => {
    asked = true;
  });
  const patientSince = workflowInfo().startTime.getTime();
  let { active, failed } = before;
  for (;;) {
    asked = false;
    const round = await allocations.allocate(patientSince);
    active += round.active;
    failed += round.failed;
    if (workflowInfo().continueAsNewSuggested) return continueAsNew<typeof allocate>({ active, failed });
    if (round.more) continue;
    if (round.waiting > 0) await condition(() => asked, lockedRetry);
    else if (!asked) return { active, failed };
  }
}
