import { ApplicationFailure } from '@temporalio/common';
import { lockNodeOfOperation, type LockedNode } from '#database/operations.js';
import type { Transaction } from '#database/client.js';
import type { Node, Operation } from '#database/generated/client.js';
import type { WriteKey } from '../contract.js';
import type { NodeDeps } from './deps.js';

/** What a write of a flow works on: the rows, locked, of an operation that this run still owns. */
export interface OwnedRows {
  readonly tx: Transaction;
  readonly node: Node;
  readonly operation: LockedNode['unfinished'][number];
  readonly locked: LockedNode;
  /** This very write was committed before; the local activity ran again after a lost workflow task. */
  readonly repeated: boolean;
}

/** The flow's operation is no longer its own: a newer intent, or another run, has taken the node. */
export function interrupted(): ApplicationFailure {
  return ApplicationFailure.nonRetryable('A newer operation has taken over this node.', 'Interrupted');
}

/**
 * Runs a write of a flow in one transaction, exactly once for its key: rows change only while the operation is
 * unfinished and owned by this run, and `apply` is told when the same write was committed before.
 *
 * @throws Interrupted (not retryable) when the operation has ended otherwise or belongs to another run
 */
export async function ownWrite<T>(
  { database }: NodeDeps,
  key: WriteKey,
  apply: (rows: OwnedRows) => Promise<T>,
): Promise<T> {
  return database.$transaction(async (tx) => {
    const locked = await lockNodeOfOperation(tx, key.operationId);
    const operation = locked?.unfinished.find((unfinished) => unfinished.id === key.operationId);
    if (!locked || !operation || operation.runId !== key.runId) throw interrupted();
    const repeated = operation.sequence >= key.sequence;
    const result = await apply({ tx, node: locked.node, operation, locked, repeated });
    if (!repeated) await tx.operation.update({ where: { id: operation.id }, data: { sequence: key.sequence } });
    return result;
  });
}

/**
 * The same for the write that ends the operation: when it was committed before, the operation is finished and nothing
 * more is to be done.
 */
export async function closingWrite(
  deps: NodeDeps,
  key: WriteKey,
  apply: (rows: OwnedRows) => Promise<void>,
): Promise<void> {
  const before = await deps.database.operation.findUnique({ where: { id: key.operationId } });
  if (before && endedByThisWrite(before, key)) return;
  await ownWrite(deps, key, apply);
}

function endedByThisWrite(operation: Operation, key: WriteKey): boolean {
  return operation.endedAt !== null && operation.runId === key.runId && operation.sequence === key.sequence;
}
