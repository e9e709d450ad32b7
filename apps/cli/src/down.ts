import { setTimeout as delay } from 'node:timers/promises';
import type { Home } from './home.js';
import { holderOf } from './lock.js';
import { isAlive, signal } from './machine/process-identity.js';
import { Problem } from './problem.js';
import { endOrphans } from './supervisor/orphans.js';

/** A supervisor stops everything within 15 s of the signal. */
const PATIENCE_MS = 20_000;

/** Stops the `temper up` of this home, or what a killed one left behind. @returns what to tell the user */
export async function down(home: Home): Promise<string> {
  const supervisor = holderOf(home.lockFile);
  if (!supervisor) {
    const ended = await endOrphans(home);
    return ended.length > 0 ? `Ended what was left behind: ${ended.join(', ')}.` : `Nothing runs in home ${home.dir}.`;
  }
  signal(supervisor, 'SIGTERM');
  const until = performance.now() + PATIENCE_MS;
  while (isAlive(supervisor)) {
    if (performance.now() > until) {
      throw new Problem(
        `Process ${supervisor.pid} of home ${home.dir} did not stop within ${PATIENCE_MS / 1000} s: end it with "kill -9 ${supervisor.pid}" and run "temper down" again.`,
      );
    }
    await delay(100);
  }
  return 'Stopped.';
}
