import type { OperationStep } from '#database/generated/client.js';
import { NodeInvalid } from '#domain/errors.js';
import { stepId } from '#domain/steps.js';
import type { NodeContext, RowAccess } from '../node-context.js';
import type { FailedWork } from './failures.js';
import { stepKindOf } from './step-kind.js';

/** Reads step `index` of the operation's plan. @throws NodeInvalid when there is none */
export async function loadStep(
  { database }: RowAccess,
  { operation, uuid }: NodeContext,
  index: number,
): Promise<OperationStep> {
  const step = await database.operationStep.findUnique({
    where: { operationId_index: { operationId: operation.id, index } },
  });
  if (step) return step;
  throw new NodeInvalid(`The operation on node ${uuid} has no step ${index}`, { hint: 'start the operation again' });
}

/** The step in sentences. */
export function workOf({ uuid, type }: NodeContext, step: OperationStep): FailedWork {
  return { nodeUuid: uuid, what: `${stepKindOf(type).label} ${stepId(step)}` };
}
