import { expect, test } from 'vitest';
import {
  AgentCommandFailed,
  BmcAuthRejected,
  BmcBusy,
  BmcUnreachable,
  errorTypes,
  factsOfError,
  isErrorType,
  isTemperError,
  lastErrorText,
  NodeInvalid,
  TemperError,
} from './errors.js';

test('a message is one sentence: what failed, on what, what to do next', () => {
  const error = new BmcUnreachable('Reading the power state of BMC 192.0.2.7 got no reply to 5 requests.');
  expect(error.message).toBe(
    'Reading the power state of BMC 192.0.2.7 got no reply to 5 requests; check the BMC address, its cable and its VLAN.',
  );
  expect(error).toMatchObject({ name: 'BmcUnreachable', type: 'BmcUnreachable', retryable: true });
});

test('the thrower may know better what to do', () => {
  const error = new NodeInvalid('driver_info lacks ipmi_address', { hint: 'set driver_info/ipmi_address' });
  expect(error.message).toBe('driver_info lacks ipmi_address; set driver_info/ipmi_address.');
  expect(error.operatorHint).toBe('set driver_info/ipmi_address');
});

test('what locks accounts or cannot get better is never retried', () => {
  const final = Object.keys(errorTypes)
    .filter(isErrorType)
    .filter((type) => !factsOfError(type).retryable);
  expect(final).toEqual([
    'BmcAuthRejected',
    'BmcUnsupported',
    'BmcPrivilege',
    'AgentCommandFailed',
    'AgentVersionMismatch',
    'CallbackTimeout',
    'ImageChecksumMismatch',
    'NodeInvalid',
    'InvalidStateRequested',
    'NodeLocked',
  ]);
});

test('a busy BMC gets more time', () => {
  expect(new BmcBusy('BMC 192.0.2.7 is busy').retryDelayMs).toBeGreaterThan(0);
  expect(new BmcUnreachable('x').retryDelayMs).toBeUndefined();
});

test('errors of ours are known by their shape, also from another copy of the module', () => {
  expect(isTemperError(new BmcAuthRejected('Login was refused by BMC 192.0.2.7'))).toBe(true);
  expect(isTemperError(Object.assign(new Error('x'), { type: 'BmcBusy', retryable: true }))).toBe(true);
  expect(isTemperError(Object.assign(new Error('x'), { type: 'Other', retryable: true }))).toBe(false);
  expect(isTemperError({ type: 'BmcBusy', retryable: true })).toBe(false);
  expect(new BmcAuthRejected('x')).toBeInstanceOf(TemperError);
});

test('last_error is the sentence of the innermost error of ours, not its wrappers', () => {
  const ours = new AgentCommandFailed('Step deploy.write_image failed on node n1: no space left', {
    cause: new Error('HTTP 500'),
  });
  const wrapped = new Error('Child workflow failed', { cause: new Error('Activity task failed', { cause: ours }) });
  expect(lastErrorText(wrapped)).toBe(ours.message);
});

test('a failure that crossed the wire keeps its kind and its sentence', () => {
  const failure = Object.assign(new Error('BMC 192.0.2.7 is busy; reset it.'), { type: 'BmcBusy' });
  expect(lastErrorText(new Error('Activity task failed', { cause: failure }))).toBe(failure.message);
});

test('without an error of ours the deepest cause is named', () => {
  expect(lastErrorText(new Error('outer', { cause: new Error('inner', { cause: new Error('') }) }))).toBe('inner');
  expect(lastErrorText('plain text')).toBe('plain text');
  expect(lastErrorText(undefined)).toBe('The cause is unknown.');
});

test('a circle of causes ends', () => {
  const first = new Error('first');
  first.cause = new Error('second', { cause: first });
  expect(['first', 'second']).toContain(lastErrorText(first));
});
