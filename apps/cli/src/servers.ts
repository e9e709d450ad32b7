import process from 'node:process';
import { defaultCacheDir, defaultHomeDir } from './home.js';
import { findRunUser } from './machine/run-user.js';
import { preparePostgres, type PostgresPrograms } from './postgres/programs.js';
import { prepareTemporal } from './temporal/program.js';

export interface Servers {
  readonly postgres: PostgresPrograms;
  readonly temporal: string;
}

/** Has the programs of PostgreSQL and Temporal in the cache, as `npm test` needs them. Quick when they are there. */
export async function prepareServers(): Promise<Servers> {
  const isRoot = process.getuid?.() === 0;
  const cacheDir = defaultCacheDir(process.env, isRoot);
  const user = findRunUser(defaultHomeDir(process.env, isRoot));
  return { postgres: await preparePostgres(cacheDir), temporal: await prepareTemporal(cacheDir, user) };
}
