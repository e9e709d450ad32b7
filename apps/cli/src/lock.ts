import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { identify, isAlive, type ProcessIdentity } from './machine/process-identity.js';
import { codeOf, Problem } from './problem.js';

/**
 * Takes the home's lock for this process. It is free when its holder is gone, however that ended.
 *
 * @returns a function that gives the lock back
 * @throws Problem when another process holds the home
 */
export function holdHome(lockFile: string, homeDir: string): () => void {
  const me = identify(process.pid);
  if (!me) throw new Error('The start time of this process cannot be read.');
  mkdirSync(path.dirname(lockFile), { recursive: true });
  const mine = `${lockFile}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(me));
  try {
    while (!take(mine, lockFile)) {
      const holder = holderOf(lockFile);
      if (holder) {
        throw new Problem(
          `Home ${homeDir} is in use by another temper (process ${holder.pid}): stop that with "temper down --home ${homeDir}", or choose another home with --home.`,
        );
      }
      discard(lockFile);
    }
  } finally {
    rmSync(mine, { force: true });
  }
  return () => {
    if (holderOf(lockFile)?.pid === process.pid) rmSync(lockFile, { force: true });
  };
}

/** The living process that holds the home, or undefined. */
export function holderOf(lockFile: string): ProcessIdentity | undefined {
  const holder = readHolder(lockFile);
  return holder && isAlive(holder) ? holder : undefined;
}

/** A hard link appears complete or not at all, and never over another. */
function take(mine: string, lockFile: string): boolean {
  try {
    linkSync(mine, lockFile);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Removes a dead holder's lock. If it changed hands meanwhile, what was moved away is put back. */
function discard(lockFile: string): void {
  const aside = `${lockFile}.${process.pid}.stale`;
  try {
    renameSync(lockFile, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if (holderOf(aside)) take(aside, lockFile);
  rmSync(aside, { force: true });
}

function readHolder(lockFile: string): ProcessIdentity | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(lockFile, 'utf8'));
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('startedAt' in value)) return undefined;
    const { pid, startedAt } = value;
    return typeof pid === 'number' && typeof startedAt === 'string' ? { pid, startedAt } : undefined;
  } catch {
    return undefined;
  }
}
