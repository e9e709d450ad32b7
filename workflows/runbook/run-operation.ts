import { CancellationScope, makeContinueAsNewFunc, workflowInfo, type Workflow } from '@temporalio/workflow';
import { lastErrorText } from '#domain/errors.js';
import { workflowTypeOf } from '#domain/operations.js';
import type { TransitionEvent } from '#domain/transitions.js';
import type { Begun } from '#activities/contract.js';
import { Inbox } from './inbox.js';
import { NodeOperation, type Wording } from './node-operation.js';
import { failureType, flowLost, isAborted, isInterrupted } from './outcomes.js';
import { powerBeside } from './power-beside.js';
import { nodes } from './proxies.js';

/** What makes one flow differ from another. */
export interface Runbook {
  readonly wording: Wording;
  /** The work, top to bottom. What it pushes to `operation.undo` is taken back when it throws. */
  readonly run: (operation: NodeOperation) => Promise<void>;
  /** How the node's state ends when the work fails; null where the operation does not move it. */
  readonly failure: TransitionEvent | null;
  /** What has to be taken back for work that a lost run may have done; pushed before it is failed. */
  readonly prepareUndo?: (operation: NodeOperation) => void;
}

/**
 * The frame of every flow on a node: claims the operation (or ends, when it is finished or superseded), runs the
 * runbook, on failure undoes and writes the reason, and at last hands over to a newer operation.
 *
 * @returns how it ended, for the readers of the Temporal UI: the rows say it to everybody else
 */
export async function runOperation(operationId: string, runbook: Runbook): Promise<string> {
  const inbox = new Inbox();
  const begun = await nodes.begin(operationId, workflowInfo().runId);
  const outcome = begun ? await carryOut(operationId, begun, inbox, runbook) : 'nothing to do: it had ended already';
  await handOver(inbox, operationId, begun?.number ?? 0);
  return outcome;
}

async function carryOut(operationId: string, begun: Begun, inbox: Inbox, runbook: Runbook): Promise<string> {
  const operation = new NodeOperation(operationId, begun, inbox, runbook.wording, (powerOperationId) =>
    powerBeside(powerOperationId, inbox),
  );
  try {
    if (begun.takenOver) {
      runbook.prepareUndo?.(operation);
      throw flowLost(
        `The ${runbook.wording.work} of node ${operation.nodeName} lost its flow in state ${begun.state}; ` +
          'its work was undone, ask for it again.',
      );
    }
    await runbook.run(operation);
    return told(operation, 'succeeded');
  } catch (error) {
    return told(operation, await CancellationScope.nonCancellable(() => giveUp(operation, runbook, error)));
  }
}

function told(operation: NodeOperation, outcome: string): string {
  operation.progress.end(outcome);
  return outcome;
}

/** Undoes, newest first, and writes the reason, unless a newer operation owns the node by now. */
async function giveUp(operation: NodeOperation, runbook: Runbook, error: unknown): Promise<string> {
  const interrupted = isInterrupted(error);
  const outcome = isAborted(error) ? 'aborted' : 'failed';
  operation.ending = interrupted ? 'interrupted' : outcome;
  const undone = await operation.undo.run(async (text) => {
    if (!interrupted) await operation.note('diagnosis', text);
  });
  if (interrupted) return 'superseded by a newer operation';
  const message = `${outcome === 'failed' ? prefixOf(operation) : ''}${lastErrorText(error)}`;
  try {
    await nodes.fail(operation.nextWrite(), runbook.failure, {
      message,
      type: failureType(error) ?? 'UnexpectedError',
      outcome,
      historyType: operation.wording.historyType,
      ...(undone ? {} : { cleanUpFailed: true }),
    });
  } catch (failed) {
    if (!isInterrupted(failed)) throw failed;
  }
  return `${outcome}: ${message}`;
}

function prefixOf({ wording: { prefix = '' }, begun }: NodeOperation): string {
  return typeof prefix === 'string' ? prefix : prefix(begun.nodeUuid);
}

/** The last act of every flow: goes on as the newer operation when one came meanwhile. */
async function handOver(inbox: Inbox, operationId: string, number: number): Promise<void> {
  const newest = inbox.newest;
  if (!newest || newest.operationId === operationId || newest.number <= number) return;
  const nodeUuid = workflowInfo().workflowId.replace(/^node:/, '');
  const next = await nodes.successor(nodeUuid, number);
  if (!next) return;
  const goOn = makeContinueAsNewFunc<Workflow>({
    workflowType: workflowTypeOf(next.type),
    memo: { ...workflowInfo().memo, operation: next.operationId },
  });
  await goOn(next.operationId);
}
