import { setTimeout as pause } from 'node:timers/promises';
import { shownError } from '#domain/shown-error.js';
import type { Logger } from 'pino';

/** Between tries to reach Temporal: at first, and what it grows to. */
const usualPauses = { firstMs: 1_000, longestMs: 10_000 };

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
  pauses = usualPauses,
): Promise<T> {
  for (let rest = pauses.firstMs; ; rest = Math.min(rest * 2, pauses.longestMs)) {
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
