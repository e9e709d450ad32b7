import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { Prisma, PrismaClient } from './generated/client.js';

/** The rows of Temper, through Prisma. */
export type Database = PrismaClient;

/** The rows inside one transaction. */
export type Transaction = Prisma.TransactionClient;

export interface DatabaseOptions {
  /** Connections kept at most by this process. */
  readonly poolSize?: number;
  /** Milliseconds after which a query that gets no answer fails; without it a query waits as long as it takes. */
  readonly queryTimeoutMs?: number;
  /** Keep the plans of {@link prepared} queries; true unless told otherwise. */
  readonly preparedStatements?: boolean;
}

/**
 * Begins SQL that is asked so often that planning it is much of its cost: each connection plans it once and finds it
 * again under this name, so the text under a name must always be the same.
 */
export function prepared(name: string): Prisma.Sql {
  return Prisma.raw(`/* prepared ${name} */`);
}

/** The name of {@link prepared} SQL; empty for all other, which is planned each time. */
function statementName({ sql }: { readonly sql: string }): string {
  return /^\s*\/\* prepared ([\w-]+) \*\//.exec(sql)?.[1] ?? '';
}

/** A server that is there answers in milliseconds; one that is frozen, or behind a cut cable, says nothing at all. */
const connectTimeoutMs = 3_000;

/**
 * A connection that is given up when it is not made in time. The pool has such a time as well, but counts the wait for
 * one of its busy connections too: a burst of requests is to queue there, not to fail.
 */
class BoundedClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super({ ...config, connectionTimeoutMillis: connectTimeoutMs });
  }
}

/**
 * Opens the database at `url` (postgresql://…). Connections are made on first use; `$disconnect` closes them. One that
 * broke is replaced, so that everything goes on by itself when the server is back.
 *
 * A transaction waits 30 s for a connection and may then last 10 s: a burst of verbs must queue, not fail. (300 deploys
 * asked for at once took 18 s on two cores that were five times overloaded.) With the database away nobody waits so
 * long: each try to connect fails on its own.
 */
export function openDatabase(
  url: string,
  { poolSize = 10, queryTimeoutMs, preparedStatements = true }: DatabaseOptions = {},
): Database {
  const pool = {
    connectionString: url,
    max: poolSize,
    Client: BoundedClient,
    ...(queryTimeoutMs === undefined ? {} : { query_timeout: queryTimeoutMs }),
  };
  const adapter = new PrismaPg(pool, preparedStatements ? { statementNameGenerator: statementName } : {});
  return new PrismaClient({ adapter, transactionOptions: { maxWait: 30_000, timeout: 10_000 } });
}
