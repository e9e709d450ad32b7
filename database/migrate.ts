import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

export interface MigrateOptions {
  /** Called after each migration that this call applied. */
  readonly onApplied?: (name: string) => void;
  /** Where the migrations are; by default the project's prisma/migrations. */
  readonly folder?: string;
}

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/** The database and this version of Temper do not fit; the message is one sentence with the remedy. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/** The key with which Prisma's schema engine takes its advisory lock: `prisma migrate deploy` and we exclude each other. */
const LOCK = 72_707_369;

/** Prisma's own table, column for column (schema engine, migration_persistence), so that its CLI goes on from here. */
const TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

/**
 * Brings the database at `url` to the newest schema: applies the SQL files of prisma/migrations that are missing, in
 * order, each in one transaction together with its row in `_prisma_migrations`. May be called by several processes at
 * once and any number of times. Needs no engine; `prisma migrate deploy` stays usable before and after.
 *
 * @returns the names applied by this call
 * @throws MigrationError when the database is newer than this program, or an applied file was changed or has failed
 */
export async function applyMigrations(url: string, options: MigrateOptions = {}): Promise<readonly string[]> {
  const known = readMigrations(options.folder ?? migrationsFolder());
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await client.query(TABLE);
    const applied = await appliedMigrations(client);
    refuseSurprises(known, applied);
    const missing = known.filter(({ name }) => !applied.has(name));
    for (const migration of missing) {
      await apply(client, migration);
      options.onApplied?.(migration.name);
    }
    return missing.map(({ name }) => name);
  } finally {
    // Ends the session and with it the lock.
    await client.end();
  }
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw new MigrationError(
      `Migration ${name} failed and was taken back (${error instanceof Error ? error.message : String(error)}): correct the database or the file and start again.`,
      { cause: error },
    );
  }
}

async function appliedMigrations(client: pg.Client): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ migration_name: string; checksum: string; finished_at: Date | null }>(
    'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
  );
  const failed = rows.find((row) => row.finished_at === null);
  if (failed) {
    throw new MigrationError(
      `Migration ${failed.migration_name} is recorded as failed in this database: repair it with "npx prisma migrate resolve" and start again.`,
    );
  }
  return new Map(rows.map((row) => [row.migration_name, row.checksum]));
}

function refuseSurprises(known: readonly Migration[], applied: ReadonlyMap<string, string>): void {
  const checksums = new Map(known.map(({ name, checksum }) => [name, checksum]));
  for (const [name, checksum] of applied) {
    const ours = checksums.get(name);
    if (ours === undefined) {
      throw new MigrationError(
        `The database has migration ${name}, which this version of Temper does not know: start the version that made it, or a newer one.`,
      );
    }
    if (ours !== checksum) {
      throw new MigrationError(
        `Migration ${name} was changed after it had been applied to this database: restore the file, or purge the home if its data may go.`,
      );
    }
  }
}

function readMigrations(folder: string): readonly Migration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const sql = readFileSync(path.join(folder, name, 'migration.sql'));
      return { name, sql: sql.toString('utf8'), checksum: createHash('sha256').update(sql).digest('hex') };
    });
}

/** Upwards from this file, which runs from database/ or from dist/database/. */
function migrationsFolder(): string {
  for (let at = path.dirname(fileURLToPath(import.meta.url)); ; at = path.dirname(at)) {
    const candidate = path.join(at, 'prisma', 'migrations');
    if (existsSync(candidate)) return candidate;
    if (at === path.dirname(at)) throw new Error('prisma/migrations is missing from this installation.');
  }
}
