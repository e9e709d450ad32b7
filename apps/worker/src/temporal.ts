import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { shownError } from './log.js';

/** Between tries to reach Temporal: grows to this. */
const longestPauseMs = 10_000;

/**
 * Tries until it works: with Temporal away a worker waits instead of dying, and says why. Once connected, the SDK
 * reconnects by itself.
 * @throws the signal's reason when aborted
 */
export async function untilReached<T>(
  what: string,
  log: Logger,
  signal: AbortSignal,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let rest = 1_000; ; rest = Math.min(rest * 2, longestPauseMs)) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      log.warn({ error: shownError(error), nextTryMs: rest }, `${what} cannot be reached; trying again`);
    }
    await pause(rest, undefined, { signal });
  }
}
