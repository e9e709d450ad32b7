import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient, type Prisma } from './generated/client.js';

/** The rows of Temper, through Prisma. */
export type Database = PrismaClient;

/** The rows inside one transaction. */
export type Transaction = Prisma.TransactionClient;

export interface DatabaseOptions {
  /** Connections kept at most by this process. */
  readonly poolSize?: number;
}

/**
 * Opens the database at `url` (postgresql://…). Connections are made on first use; `$disconnect` closes them.
 *
 * A transaction waits 10 s for a connection and may then last 10 s: a burst of verbs must queue, not fail.
 */
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const adapter = new PrismaPg({ connectionString: url, max: options.poolSize ?? 10 });
  return new PrismaClient({ adapter, transactionOptions: { maxWait: 10_000, timeout: 10_000 } });
}
