import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { nodeWorkflowId } from '#temporal-config/operation-starter.js';

/** What Temporal says about the flow of a node. */
export interface FlowCondition {
  readonly running: boolean;
  readonly runId: string | null;
  /** The operation that this run was started for. */
  readonly operationId: string | null;
  /** Attempts of the present workflow task; above 1 the code fails on it again and again. */
  readonly taskAttempt: number;
}

const none: FlowCondition = { running: false, runId: null, operationId: null, taskAttempt: 0 };

/** Asks for the newest run on the node; costs about a millisecond. */
export async function flowCondition(client: Client, nodeUuid: string): Promise<FlowCondition> {
  try {
    const { status, runId, memo, raw } = await client.workflow.getHandle(nodeWorkflowId(nodeUuid)).describe();
    return {
      running: status.name === 'RUNNING',
      runId,
      operationId: typeof memo?.['operation'] === 'string' ? memo['operation'] : null,
      taskAttempt: raw.pendingWorkflowTask?.attempt ?? 0,
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return none;
    throw error;
  }
}
