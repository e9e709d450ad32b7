import { defineSignal } from '@temporalio/workflow';
import type { OperationType } from '#domain/operations.js';
import { allocationSignal, beatSignal, operationSignal } from '#temporal-config/names.js';

/** The operation a run was started for, a newer one, or a request beside the running one. */
export interface OperationNews {
  readonly operationId: string;
  /** Grows per node. */
  readonly number: number;
  readonly type: OperationType;
}

/** An accepted operation, or a request to the running one (then with the running one's own number). */
export const operation = defineSignal<[OperationNews]>(operationSignal);

/** Something the flow waits for is in the rows: a heartbeat, or a lost token. */
export const beat = defineSignal(beatSignal);

/** Allocations wait for a node. */
export const allocation = defineSignal(allocationSignal);
