import { isErrorType } from '#domain/errors.js';
import type { Policy } from '#domain/policies.js';
import type { FailureTally } from './details.js';

/** One failure as it is counted. */
export interface Report {
  readonly type: string;
  /** Now, and when this attempt began; milliseconds since 1970. */
  readonly at: number;
  readonly attemptBeganAt: number;
}

/** The longest time that a server leaves between two attempts (the busiest kind of error asks for 30 s). */
const longestDelayMs = 30_000;

/** The tally with one more failure. */
export function counted(
  before: FailureTally | undefined,
  { type, at, attemptBeganAt }: Report,
  policy: Policy,
): FailureTally {
  if (!before) return { firstAt: at, lastAt: at, spentMs: 0, kinds: { [type]: { count: 1, spentMs: 0 } } };
  const backOffMs = Math.max(policy.retry.maxMs, longestDelayMs);
  const spent = Math.max(0, Math.min(at - before.lastAt, at - attemptBeganAt + backOffMs));
  const kinds = Object.entries(before.kinds).map(
    ([known, tally]) => [known, { ...tally, spentMs: tally.spentMs + spent }] as const,
  );
  const kind = before.kinds[type];
  return {
    firstAt: before.firstAt,
    lastAt: at,
    spentMs: before.spentMs + spent,
    kinds: {
      ...Object.fromEntries(kinds),
      [type]: kind ? { count: kind.count + 1, spentMs: kind.spentMs + spent } : { count: 1, spentMs: 0 },
    },
  };
}

/** Has the activity failed for as long as its policy allows, in general or with this kind of failure? */
export function isOverLimit(tally: FailureTally, type: string, policy: Policy): boolean {
  const ofKind = isErrorType(type) ? policy.limitMsByType?.[type] : undefined;
  if (ofKind !== undefined && (tally.kinds[type]?.spentMs ?? 0) > ofKind) return true;
  return policy.limitMs !== null && tally.spentMs > policy.limitMs;
}

/** `gave up after 5 min 2 s and 14 failures`. */
export function givenUpText({ spentMs, kinds }: FailureTally): string {
  const failures = Object.values(kinds).reduce((sum, { count }) => sum + count, 0);
  return `gave up after ${spanText(spentMs)} and ${failures} failures`;
}

function spanText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds} s` : `${minutes} min ${seconds % 60} s`;
}
