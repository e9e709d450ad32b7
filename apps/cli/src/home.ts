import { homedir } from 'node:os';
import path from 'node:path';
import { blockedBy } from './machine/run-user.js';

/** Everything that one Temper keeps on disk lies below one folder. */
export interface Home {
  readonly dir: string;
  /** What runs: see state.ts. Kept across starts, because the chosen ports stay chosen. */
  readonly stateFile: string;
  readonly lockFile: string;
  readonly logsDir: string;
  readonly postgresDir: string;
  readonly postgresPasswordFile: string;
  readonly temporalDir: string;
  readonly fleetDir: string;
  readonly encryptionKeyFile: string;
}

/** The layout of the home in `dir`. Nothing is touched. */
export function homeAt(dir: string): Home {
  const inHome = (...names: string[]): string => path.join(path.resolve(dir), ...names);
  return {
    dir: inHome(),
    stateFile: inHome('run', 'state.json'),
    lockFile: inHome('run', 'lock'),
    logsDir: inHome('logs'),
    postgresDir: inHome('postgres'),
    postgresPasswordFile: inHome('postgres.password'),
    temporalDir: inHome('temporal'),
    fleetDir: inHome('fleet'),
    encryptionKeyFile: inHome('encryption.key'),
  };
}

/** XDG places for users; for root places that the servers' unprivileged account can reach, which /root is not. */
export function defaultHomeDir(env: NodeJS.ProcessEnv, isRoot: boolean): string {
  if (env['TEMPER_HOME']) return env['TEMPER_HOME'];
  if (isRoot) return '/var/lib/temper';
  return path.join(env['XDG_DATA_HOME'] || path.join(homedir(), '.local', 'share'), 'temper');
}

/**
 * Where prebuilt programs are kept; shared by all homes of one user and safe to delete. Started by root, the servers'
 * account must reach them too: a cache that is closed to others (tools like to make it so) is passed over.
 */
export function defaultCacheDir(env: NodeJS.ProcessEnv, isRoot: boolean): string {
  const cache = env['XDG_CACHE_HOME'];
  if (isRoot) return cache && !blockedBy(cache, anyoneElse) ? path.join(cache, 'temper') : '/var/cache/temper';
  return path.join(cache || path.join(homedir(), '.cache'), 'temper');
}

const anyoneElse = { name: 'others', uid: -1, gid: -1 };
