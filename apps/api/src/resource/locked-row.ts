import type { Database, Transaction } from '#database/client.js';
import { Prisma } from '#database/generated/client.js';
import { notFound } from '../errors/api-error.js';

/** Tables whose rows have a lock of their own. Nodes have more than a row to lock (#database/operations.js). */
type LockableTable =
  | 'allocations'
  | 'chassis'
  | 'deploy_templates'
  | 'inspection_rules'
  | 'runbooks'
  | 'volume_connectors'
  | 'volume_targets';

/** A row that is to be changed. */
export interface LockableRow<Row> {
  readonly table: LockableTable;
  readonly uuid: string;
  /** Reads it once it is locked, with whatever its view needs. */
  readonly read: (tx: Transaction) => Promise<Row | null>;
}

/**
 * Locks a row until the transaction ends and reads it again: of two patches of one object the second starts from what
 * the first has made of it, so none is lost. Where the node is locked too, it is locked first.
 * @throws ApiError 404 when the row has gone meanwhile
 */
export async function lockedRow<Row>(tx: Transaction, { table, uuid, read }: LockableRow<Row>): Promise<Row> {
  await tx.$queryRaw`SELECT id FROM ${Prisma.raw(table)} WHERE uuid = ${uuid}::uuid FOR UPDATE`;
  const row = await read(tx);
  if (row === null) throw notFound();
  return row;
}

/** Runs `change` on a row that is locked as by {@link lockedRow}, in one transaction. */
export function changeRow<Row, Result>(
  database: Database,
  row: LockableRow<Row>,
  change: (tx: Transaction, row: Row) => Promise<Result>,
): Promise<Result> {
  return database.$transaction(async (tx) => change(tx, await lockedRow(tx, row)));
}
