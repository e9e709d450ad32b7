const FIRST_MS = 250;
const LONGEST_MS = 5_000;

/** A child that was healthy for this long has earned a quick restart. */
export const HEALTHY_MS = 10_000;

/**
 * How long to wait before a child that died is started again.
 *
 * @param previousMs the wait before its last start, 0 if that was the first
 * @param healthyMs how long it had been ready before it died
 */
export function nextDelay(previousMs: number, healthyMs: number): number {
  if (previousMs === 0 || healthyMs >= HEALTHY_MS) return FIRST_MS;
  return Math.min(previousMs * 2, LONGEST_MS);
}
