import { workflowInfo } from '@temporalio/workflow';
import { lastErrorText } from '#domain/errors.js';
import type { Inbox } from './inbox.js';
import { NodeOperation } from './node-operation.js';
import { failureType, isInterrupted } from './outcomes.js';
import { changePower } from './power-change.js';
import { nodes } from './proxies.js';

/** How power requests are called in sentences and history. */
export const powerWording = { work: 'power', historyType: 'UNKNOWN' } as const;

/**
 * Carries out a power request that came while the node's flow waits. Its failure is written to its own operation and
 * does not touch the flow that goes on waiting.
 */
export async function powerBeside(powerOperationId: string, inbox: Inbox): Promise<void> {
  const begun = await nodes.begin(powerOperationId, workflowInfo().runId);
  if (!begun?.power) return;
  const operation = new NodeOperation(powerOperationId, begun, inbox, powerWording, async () => {});
  try {
    await changePower(operation, begun.power);
    await operation.finish(null);
  } catch (error) {
    if (isInterrupted(error)) throw error;
    await nodes.fail(operation.nextWrite(), null, {
      message: lastErrorText(error),
      type: failureType(error) ?? 'UnexpectedError',
      outcome: 'failed',
      historyType: powerWording.historyType,
    });
  }
}
