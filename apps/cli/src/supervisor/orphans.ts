import { setTimeout as delay } from 'node:timers/promises';
import type { Home } from '../home.js';
import { isAlive, signal, withEnvironment, type ProcessIdentity } from '../machine/process-identity.js';
import { readState } from '../state.js';

/** Every child of a supervisor has its home in this variable, and everything that a child starts inherits it. */
export const MARK = 'TEMPER_SUPERVISED_HOME';

/** PostgreSQL's "fast shutdown" is SIGINT; SIGTERM would let it wait for its clients. */
const firstSignal = (name: string): NodeJS.Signals => (name === 'postgres' ? 'SIGINT' : 'SIGTERM');

const PATIENCE_MS = 5_000;

/**
 * Ends what a killed supervisor of this home left behind, and nothing else: a process counts only with the number and
 * the start time that were noted, or with the home's mark in its environment.
 *
 * @returns the names of those that were ended
 */
export async function endOrphans(home: Home): Promise<readonly string[]> {
  const noted = Object.entries(readState(home.stateFile).children).flatMap(([name, { process }]) =>
    process && isAlive(process) ? [{ name, process }] : [],
  );
  // The servers last, so that the programs that use them can end in order.
  for (const { name, process } of noted.toReversed()) await end(process, firstSignal(name));
  const unnoted = withEnvironment(MARK, home.dir);
  await Promise.all(unnoted.map((process) => end(process, 'SIGTERM')));
  return [...noted.map(({ name }) => name), ...unnoted.map(({ pid }) => `process ${pid}`)];
}

async function end(process: ProcessIdentity, first: NodeJS.Signals): Promise<void> {
  signal(process, first);
  const until = performance.now() + PATIENCE_MS;
  while (isAlive(process)) {
    if (performance.now() > until) signal(process, 'SIGKILL');
    await delay(50);
  }
}
