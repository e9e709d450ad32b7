import { expect, test } from 'vitest';
import { checkVerbArguments, toBoolean } from './verb-body.js';
import { isVerbTarget, operationTypeFor, verbFor, verbs } from './verbs.js';

test('targets that clients may send are known, others are not', () => {
  expect(Object.keys(verbs)).toHaveLength(15);
  expect(verbFor('deleted')?.event).toBe('delete');
  expect(verbFor('active')?.event).toBe('deploy');
  expect(verbFor('delete')).toBeUndefined();
  expect(isVerbTarget('constructor')).toBe(false);
});

test('manage has work to do only from enroll', () => {
  expect(operationTypeFor('manage', 'enroll')).toBe('verify');
  expect(operationTypeFor('manage', 'inspect failed')).toBeNull();
});

test.each([
  ['no target', {}, 'Missing mandatory parameter: target'],
  ['a body that is no object', [], 'Missing mandatory parameter: target'],
  ['unknown fields', { target: 'manage', foo: 1, bar: 2 }, 'Unexpected arguments: foo, bar'],
  ['a target that is no string', { target: 1 }, 'Expected string for target: 1'],
  ['a password that is no string', { target: 'rescue', rescue_password: 5 }, 'Expected string for rescue_password: 5'],
  ['steps that are no list', { target: 'clean', clean_steps: {} }, 'Expected a list for clean_steps: {}'],
  [
    'a boolean that is none',
    { target: 'clean', disable_ramdisk: 'maybe' },
    "Invalid disable_ramdisk: Unrecognized value 'maybe', acceptable values are: '0', '1', 'f', 'false', 'n', 'no', 'off', 'on', 't', 'true', 'y', 'yes'",
  ],
])('a request with %s is a 400', (_name, body, text) => {
  expect(checkVerbArguments(body)).toMatchObject({ status: 400, text });
});

test('a well-formed request passes, whatever its target', () => {
  expect(
    checkVerbArguments({ target: 'bogus', configdrive: {}, disable_ramdisk: 'YES', runbook: null }),
  ).toBeUndefined();
});

test.each([
  [true, true],
  ['Off', false],
  [1, true],
  ['maybe', undefined],
  [2, undefined],
  [null, undefined],
])('%j reads as the boolean %j', (value, expected) => {
  expect(toBoolean(value)).toBe(expected);
});
