import type { Json } from '#database/secrets.js';
import { isJsonObject } from '../json.js';

/** How often and how long one kind of failure was reported. */
export interface KindTally {
  readonly count: number;
  /** Milliseconds from its first to its last report, see {@link FailureTally.spentMs}. */
  readonly spentMs: number;
}

/** The failures that the attempts of one activity have reported themselves. */
export interface FailureTally {
  /** Of the first and of the last report, milliseconds since 1970. */
  readonly firstAt: number;
  readonly lastAt: number;
  /**
   * Milliseconds spent failing. Time in which no attempt ran (a dead worker, a conductor group without one) is counted
   * only as far as an ordinary back-off.
   */
  readonly spentMs: number;
  readonly kinds: Readonly<Record<string, KindTally>>;
}

/** What an activity's heartbeat carries; the server keeps it from attempt to attempt. */
export interface HeartbeatDetails {
  readonly progress?: Json;
  readonly failures?: FailureTally;
}

/** Reads the details of an earlier attempt; what an older release wrote in another form counts as nothing. */
export function detailsFrom(value: unknown): HeartbeatDetails {
  if (!isJsonObject(value)) return {};
  const progress = value['progress'];
  const failures = tallyFrom(value['failures']);
  return {
    ...(progress === undefined ? {} : { progress }),
    ...(failures === undefined ? {} : { failures }),
  };
}

function tallyFrom(value: unknown): FailureTally | undefined {
  if (!isJsonObject(value)) return undefined;
  const { firstAt, lastAt, spentMs, kinds } = value;
  if (typeof firstAt !== 'number' || typeof lastAt !== 'number' || typeof spentMs !== 'number') return undefined;
  if (!isJsonObject(kinds)) return undefined;
  const known = Object.entries(kinds).flatMap(([type, kind]): [string, KindTally][] => {
    if (!isJsonObject(kind)) return [];
    const { count, spentMs: spent } = kind;
    return typeof count === 'number' && typeof spent === 'number' ? [[type, { count, spentMs: spent }]] : [];
  });
  return { firstAt, lastAt, spentMs, kinds: Object.fromEntries(known) };
}
