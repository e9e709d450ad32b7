import { ApplicationFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import { BmcAuthRejected, BmcBusy, BmcUnreachable } from '#domain/errors.js';
import { toFailure } from './failures.js';

test('one of our errors keeps its kind and its sentence', () => {
  const failure = toFailure(new BmcAuthRejected('BMC 192.0.2.7:623 refused the password'), 'power.on');
  expect(failure).toMatchObject({ type: 'BmcAuthRejected', nonRetryable: true });
  expect(failure.message).toBe(
    'BMC 192.0.2.7:623 refused the password; correct user name, password and privilege level in driver_info.',
  );
});

test('a busy BMC is asked again only after a while', () => {
  expect(toFailure(new BmcBusy('BMC 192.0.2.7:623 is busy'), 'power.on').nextRetryDelay).toBe(10_000);
  expect(toFailure(new BmcUnreachable('BMC 192.0.2.7:623 is silent'), 'power.on').nextRetryDelay).toBeUndefined();
});

test('a failure beyond the limit is final and says how long it lasted', () => {
  const failure = toFailure(new BmcUnreachable('BMC 192.0.2.7:623 is silent'), 'power.on', 'gave up after 5 min 1 s');
  expect(failure.nonRetryable).toBe(true);
  expect(failure.message).toBe(
    'BMC 192.0.2.7:623 is silent; check the BMC address, its cable and its VLAN; gave up after 5 min 1 s.',
  );
});

test('what nobody foresaw is retried and shows its name only', () => {
  const error = Object.assign(new Error('connect to postgresql://temper:geheim@db failed'), { code: 'P1001' });
  const failure = toFailure(error, 'boot.validate');
  expect(failure).toMatchObject({ type: 'UnexpectedError', nonRetryable: false });
  expect(failure.message).toBe("boot.validate failed unexpectedly (Error P1001); see the worker's log.");
  expect(JSON.stringify([failure, failure.stack, failure.cause])).not.toContain('geheim');
});

test('failures that an activity made itself pass as they are', () => {
  const own = ApplicationFailure.nonRetryable('A newer operation owns the node.', 'Interrupted');
  expect(toFailure(own, 'nodes.enter')).toBe(own);
});
