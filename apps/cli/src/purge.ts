import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import process from 'node:process';
import type { Home } from './home.js';
import { holderOf } from './lock.js';
import { codeOf, Problem } from './problem.js';
import { endOrphans } from './supervisor/orphans.js';

/**
 * Removes everything that Temper keeps in the home, the encryption key included; files of others stay.
 *
 * @param confirmed whether `--yes` was given; otherwise the user is asked, and without a terminal it is refused
 * @returns what to tell the user
 */
export async function purge(home: Home, confirmed: boolean): Promise<string> {
  const supervisor = holderOf(home.lockFile);
  if (supervisor) {
    throw new Problem(
      `Home ${home.dir} is in use by process ${supervisor.pid}: stop it with "temper down --home ${home.dir}" before purging.`,
    );
  }
  if (!existsSync(home.dir)) return `There is no home ${home.dir}.`;
  if (!confirmed && !(await ask(home.dir))) return 'Nothing was removed.';
  await endOrphans(home);
  const ours = [
    home.postgresDir,
    home.postgresPasswordFile,
    home.temporalDir,
    home.fleetDir,
    home.logsDir,
    home.encryptionKeyFile,
    path.join(home.dir, 'images'),
    path.join(home.dir, 'tftp'),
    path.dirname(home.stateFile),
  ];
  for (const entry of ours) rmSync(entry, { recursive: true, force: true });
  const others = removeIfEmpty(home.dir);
  return others.length === 0
    ? `Removed ${home.dir}.`
    : `Emptied ${home.dir}, but left what is not Temper's: ${others.join(', ')}.`;
}

async function ask(dir: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new Problem(`Purging ${dir} cannot be confirmed without a terminal: add --yes if its data may go.`);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question(`Remove all nodes, flows, logs and the encryption key in ${dir}? [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

/** @returns what is left in the folder */
function removeIfEmpty(dir: string): readonly string[] {
  const left = readdirSync(dir);
  if (left.length > 0) return left;
  try {
    rmdirSync(dir);
  } catch (error) {
    // The folder itself may belong to the system, as /var/lib/temper can.
    if (codeOf(error) !== 'EACCES' && codeOf(error) !== 'EPERM') throw error;
  }
  return [];
}
