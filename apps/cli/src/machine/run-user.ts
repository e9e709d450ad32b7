import { spawnSync } from 'node:child_process';
import { accessSync, chmodSync, chownSync, constants, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { Problem } from '../problem.js';

/** The unprivileged account that runs PostgreSQL and Temporal when Temper itself was started by root. */
export interface RunUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * The account for the servers, or undefined when this is not root and needs none. The owner of existing data comes
 * first, so that a home keeps its owner; then `temper`, `postgres`, and at last a new system account `temper`.
 */
export function findRunUser(dataDir: string): RunUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statSync(dataDir, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0)
    return accountOf(String(owner.uid)) ?? { name: `${owner.uid}`, uid: owner.uid, gid: owner.gid };
  return accountOf('temper') ?? accountOf('postgres') ?? createAccount();
}

function accountOf(name: string): RunUser | undefined {
  const { stdout } = spawnSync('getent', ['passwd', name], { encoding: 'utf8' });
  const [found, , uid, gid] = stdout?.split(':') ?? [];
  return found && uid && gid ? { name: found, uid: Number(uid), gid: Number(gid) } : undefined;
}

function createAccount(): RunUser {
  const made = spawnSync('useradd', [
    '--system',
    '--user-group',
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    'temper',
  ]);
  const account = made.status === 0 ? accountOf('temper') : undefined;
  if (account) return account;
  throw new Problem(
    'PostgreSQL refuses to run as root and the account "temper" could not be made for it: create a system account "temper", or start Temper as an ordinary user.',
  );
}

/** The closest folder on the way to `target` that the account may not pass, or undefined when the way is free. */
export function blockedBy(target: string, user: RunUser): string | undefined {
  const ways: string[] = [];
  for (let at = path.resolve(target); ; at = path.dirname(at)) {
    ways.unshift(at);
    if (at === path.dirname(at)) break;
  }
  return ways.find((folder) => {
    const stat = statSync(folder, { throwIfNoEntry: false });
    if (!stat) return false;
    const mode = stat.uid === user.uid ? stat.mode >> 6 : stat.gid === user.gid ? stat.mode >> 3 : stat.mode;
    return (mode & 1) === 0;
  });
}

/** Whether this process may write to the folder, or could make it. */
export function isWritable(folder: string): boolean {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    if (!statSync(at, { throwIfNoEntry: false })) continue;
    try {
      accessSync(at, constants.W_OK | constants.X_OK);
      return true;
    } catch {
      return false;
    }
  }
}

/** Makes a folder that belongs to the servers' account and to nobody else. */
export function ensureFolder(folder: string, user: RunUser | undefined): void {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  if (user) chownSync(folder, user.uid, user.gid);
}
