import { setTimeout as pause } from 'node:timers/promises';
import type { SettledPowerState } from '#domain/power.js';

/** How the power state is watched after a change was asked for. */
export interface WatchTiming {
  /** A hard change must be seen within this time (Ironic power_state_change_timeout, 60 s). */
  readonly changeMs: number;
  /** One reading or command of the BMC. */
  readonly callMs: number;
  /** Between readings: the first, and the longest that it grows to. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

/** Fast machines are seen in a fraction of a second, slow ones cost a reading every two. */
export const usualTiming: WatchTiming = {
  changeMs: 60_000,
  callMs: 10_000,
  firstPauseMs: 200,
  longestPauseMs: 2_000,
};

/** Milliseconds left until `deadline` (performance.now()), at least one second so that a last call can be answered. */
export function callTime(deadline: number, timing: WatchTiming): number {
  return Math.min(timing.callMs, Math.max(1_000, deadline - performance.now()));
}

/** Reads until the state is `wanted`, with growing pauses. False when it is not by `deadline` (performance.now()). */
export async function waitForState(
  read: () => Promise<SettledPowerState | null>,
  wanted: SettledPowerState,
  { deadline, timing, signal }: { deadline: number; timing: WatchTiming; signal: AbortSignal },
): Promise<boolean> {
  for (let rest = timing.firstPauseMs; ; rest = Math.min(rest * 1.5, timing.longestPauseMs)) {
    if ((await read()) === wanted) return true;
    const left = deadline - performance.now();
    if (left <= 0) return false;
    await pause(Math.min(rest, left), undefined, { signal });
  }
}
