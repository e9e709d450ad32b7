import { expect, test } from 'vitest';
import { policies, type Policy } from '#domain/policies.js';
import type { FailureTally } from './details.js';
import { counted, givenUpText, isOverLimit } from './limits.js';

const second = 1_000;

/** A tally of failures at the given seconds, each attempt beginning one second before it fails. */
function tallyOf(policy: Policy, type: string, atSeconds: readonly number[]): FailureTally {
  const tally = atSeconds.reduce<FailureTally | undefined>(
    (before, at) => counted(before, { type, at: at * second, attemptBeganAt: (at - 1) * second }, policy),
    undefined,
  );
  if (!tally) throw new Error('at least one failure');
  return tally;
}

test('the limit counts from the first failure that was reported', () => {
  const within = tallyOf(policies.bmcRead, 'BmcUnreachable', [10, 40, 70, 100, 130]);
  expect(isOverLimit(within, 'BmcUnreachable', policies.bmcRead)).toBe(false);
  const beyond = tallyOf(policies.bmcRead, 'BmcUnreachable', [10, 40, 70, 100, 131]);
  expect(isOverLimit(beyond, 'BmcUnreachable', policies.bmcRead)).toBe(true);
});

test('hours without any worker use up no more than a back-off', () => {
  const tally = tallyOf(policies.bmcRead, 'BmcUnreachable', [10, 10_000]);
  expect(tally.spentMs).toBe(31 * second);
  expect(isOverLimit(tally, 'BmcUnreachable', policies.bmcRead)).toBe(false);
});

test('a machine that does not follow gets one more chance, while its BMC may be silent for longer', () => {
  const follow = tallyOf(policies.powerWait, 'PowerStateNotReached', [60]);
  expect(isOverLimit(follow, 'PowerStateNotReached', policies.powerWait)).toBe(false);
  const again = counted(
    follow,
    { type: 'PowerStateNotReached', at: 121 * second, attemptBeganAt: 61 * second },
    policies.powerWait,
  );
  expect(isOverLimit(again, 'PowerStateNotReached', policies.powerWait)).toBe(true);
  expect(isOverLimit(again, 'BmcUnreachable', policies.powerWait)).toBe(false);
});

test('time spent with one kind of failure does not use up the limit of another', () => {
  const silent = tallyOf(policies.powerWait, 'BmcUnreachable', [0, 40, 80, 120]);
  const notReached = counted(
    silent,
    { type: 'PowerStateNotReached', at: 180 * second, attemptBeganAt: 121 * second },
    policies.powerWait,
  );
  expect(notReached.kinds['PowerStateNotReached']).toEqual({ count: 1, spentMs: 0 });
  expect(isOverLimit(notReached, 'PowerStateNotReached', policies.powerWait)).toBe(false);
});

test('row writes have no limit', () => {
  const tally = tallyOf(policies.record, 'UnexpectedError', [0, 30, 60, 90, 10_000]);
  expect(isOverLimit(tally, 'UnexpectedError', policies.record)).toBe(false);
});

test('people are told for how long and how often it was tried', () => {
  expect(givenUpText(tallyOf(policies.bmcRead, 'BmcUnreachable', [0, 30, 60, 90, 120]))).toBe(
    'gave up after 2 min 0 s and 5 failures',
  );
  expect(givenUpText(tallyOf(policies.bmcRead, 'BmcUnreachable', [0, 30]))).toBe('gave up after 30 s and 2 failures');
});
