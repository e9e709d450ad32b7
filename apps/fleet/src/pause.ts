import { setTimeout as timer } from 'node:timers/promises';

/** Waits `ms` milliseconds, at once for 0 or less. Rejects with the signal's reason when the signal aborts first. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (ms <= 0) return;
  try {
    await timer(ms, undefined, { signal });
  } catch {
    // The timer rejects only on abort, with an AbortError that hides the reason.
    signal.throwIfAborted();
  }
}
