import type { OperationStep } from '#database/generated/client.js';
import { NodeInvalid } from '#domain/errors.js';
import type { NodeContext, RowAccess } from './node-context.js';

/** Reads step `index` of the operation's plan. @throws NodeInvalid when there is none */
export async function loadStep(
  { database }: RowAccess,
  { operation, uuid }: Pick<NodeContext, 'operation' | 'uuid'>,
  index: number,
): Promise<OperationStep> {
  const step = await database.operationStep.findUnique({ where: keyOfStep({ operationId: operation.id, index }) });
  if (step) return step;
  throw new NodeInvalid(`The operation on node ${uuid} has no step ${index}`, { hint: 'start the operation again' });
}

/** Where the row of a step is found. */
export function keyOfStep({ operationId, index }: Pick<OperationStep, 'operationId' | 'index'>) {
  return { operationId_index: { operationId, index } };
}
