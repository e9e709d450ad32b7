import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { applyMigrations } from '#database/migrate.js';
import { defaultCacheDir, homeAt } from '../../apps/cli/src/home.js';
import { choosePort } from '../../apps/cli/src/machine/ports.js';
import { findRunUser } from '../../apps/cli/src/machine/run-user.js';
import { prepareCluster } from '../../apps/cli/src/postgres/cluster.js';
import { preparePostgres } from '../../apps/cli/src/postgres/programs.js';
import { Supervisor } from '../../apps/cli/src/supervisor/supervisor.js';

/** A PostgreSQL of a test's own, with all migrations. */
export interface TestPostgres {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the embedded PostgreSQL on a free port, as `temper up` does, with its data in a folder that goes with it. */
export async function startPostgres(): Promise<TestPostgres> {
  const dir = mkdtempSync(path.join(tmpdir(), 'temper-test-'));
  chmodSync(dir, 0o755);
  const home = homeAt(dir);
  const programs = await preparePostgres(defaultCacheDir(process.env, process.getuid?.() === 0));
  const port = await choosePort('127.0.0.1', undefined, new Set());
  const cluster = await prepareCluster(home, programs, port, findRunUser(home.postgresDir));
  const supervisor = new Supervisor(home);
  await supervisor.start(cluster.spec);
  await applyMigrations(cluster.databaseUrl);
  return {
    url: cluster.databaseUrl,
    async stop() {
      await supervisor.stop(AbortSignal.timeout(10_000));
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
