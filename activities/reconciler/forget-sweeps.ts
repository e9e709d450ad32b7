/** So many ended sweeps can still be looked at. */
const KEPT = 3;

/** How many one sweep forgets at most: more than have come since the last one, and soon all of an older release's. */
const AT_ONCE = 100;

/** What is used of Temporal's client. */
export interface Histories {
  readonly options: { readonly namespace: string };
  readonly workflow: { list(options: { query: string }): AsyncIterable<Execution> };
  readonly workflowService: {
    deleteWorkflowExecution(request: { namespace: string; workflowExecution: Execution }): Promise<unknown>;
  };
}

interface Execution {
  readonly workflowId: string;
  readonly runId: string;
}

/**
 * Deletes the runs of earlier sweeps, as the server gets to it (within a minute). There are 240 an hour, which would
 * hide the operations in Temporal's lists and fill the disk of an idle home; what they found is in the rows. Failed
 * runs stay. Never throws: what cannot be deleted now, or is gone already, is nothing to fail a sweep for.
 */
export async function forgetSweeps({ options, workflow, workflowService }: Histories): Promise<void> {
  try {
    let seen = 0;
    for await (const { workflowId, runId } of workflow.list({ query })) {
      seen++;
      if (seen > KEPT + AT_ONCE) return;
      if (seen <= KEPT) continue;
      const execution = { namespace: options.namespace, workflowExecution: { workflowId, runId } };
      await workflowService.deleteWorkflowExecution(execution).catch(() => undefined);
    }
  } catch {
    // The next sweep tries again.
  }
}

/** Newest first, as Temporal lists by default. */
const query = "WorkflowType = 'reconcile' AND ExecutionStatus = 'Completed'";
