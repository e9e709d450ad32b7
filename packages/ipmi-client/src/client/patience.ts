/** How long a call may take, and who may end it early. */
export interface Patience {
  /** On the clock of {@link now}. */
  deadline: number;
  /** Each ends the call with its reason. */
  signals: readonly AbortSignal[];
}

/** Monotonic milliseconds. */
export function now(): number {
  return performance.now();
}

/** Milliseconds until the deadline, never negative. */
export function timeLeft(patience: Patience): number {
  return Math.max(0, patience.deadline - now());
}

/** @throws the reason of the first signal that has been aborted. */
function throwIfAborted(patience: Patience): void {
  for (const signal of patience.signals) signal.throwIfAborted();
}

/**
 * Runs `start`, which gets the means to settle and returns its clean-up. Whatever settles first wins; the clean-up runs
 * exactly once, then.
 * @throws the reason of an aborted signal.
 */
export function abortable<T>(
  patience: Patience,
  start: (resolve: (value: T) => void, reject: (reason: unknown) => void) => () => void,
): Promise<T> {
  throwIfAborted(patience);
  return new Promise<T>((resolve, reject) => {
    let cleanUp: (() => void) | undefined;
    const listeners = patience.signals.map((signal) => {
      const listener = (): void => settle(() => reject(signal.reason));
      signal.addEventListener('abort', listener);
      return () => signal.removeEventListener('abort', listener);
    });
    let settled = false;
    const settle = (act: () => void): void => {
      if (settled) return;
      settled = true;
      for (const remove of listeners) remove();
      cleanUp?.();
      act();
    };
    cleanUp = start(
      (value) => settle(() => resolve(value)),
      (reason) => settle(() => reject(reason)),
    );
    if (settled) cleanUp();
  });
}

/** Waits, but not beyond the deadline. */
export function pause(patience: Patience, ms: number): Promise<void> {
  return abortable(patience, (resolve) => {
    const timer = setTimeout(resolve, Math.min(ms, timeLeft(patience)));
    return () => clearTimeout(timer);
  });
}
