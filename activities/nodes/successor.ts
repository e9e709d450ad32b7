import { isOperationType } from '#domain/operations.js';
import type { Successor } from '../contract.js';
import type { NodeDeps } from './deps.js';

/** See {@link NodeActivities.successor}. */
export async function successor({ database }: NodeDeps, nodeUuid: string, number: number): Promise<Successor | null> {
  const newest = await database.operation.findFirst({
    where: { node: { uuid: nodeUuid }, number: { gt: number }, status: { in: ['pending', 'running'] } },
    orderBy: { number: 'desc' },
  });
  if (!newest || !isOperationType(newest.type)) return null;
  return { operationId: newest.id, number: newest.number, type: newest.type };
}
