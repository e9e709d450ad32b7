import { setTimeout as pause } from 'node:timers/promises';

/** Asks again so often; a question costs some milliseconds. */
const everyMs = 100;

/**
 * Asks until the answer is there. A test waits for facts only by this: for as long as it takes, but not for ever.
 *
 * @param what completes "waited … for" in the error: `node sim-01 to be active`
 * @param ask returns undefined while the fact is not there; what it throws ends the wait
 * @param seen tells what was there instead, for the error
 */
export async function until<T>(
  what: string,
  withinS: number,
  ask: () => T | undefined | Promise<T | undefined>,
  seen: () => string = () => '',
): Promise<T> {
  const deadline = performance.now() + withinS * 1_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`Waited ${withinS} s for ${what}. ${seen()}`.trim());
    await pause(everyMs);
  }
}
