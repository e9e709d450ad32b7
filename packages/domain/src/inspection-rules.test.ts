import { describe, expect, test } from 'vitest';
import {
  conditionOperator,
  conditionOperators,
  namedArguments,
  ruleActions,
  ruleErrors,
  type RuleAction,
  type RuleCondition,
} from './inspection-rules.js';

const errorsOf = (part: { actions?: RuleAction[]; conditions?: RuleCondition[]; phase?: string; priority?: number }) =>
  ruleErrors({ phase: 'main', priority: 0, conditions: [], actions: [{ op: 'fail', args: { msg: 'm' } }], ...part });

test('an operator may be inverted once', () => {
  expect(conditionOperator('!in-net')).toEqual({ name: 'in-net', inverted: true });
  expect(conditionOperator('in-net')).toEqual({ name: 'in-net', inverted: false });
  expect(conditionOperator('!!in-net')).toBeUndefined();
  expect(conditionOperator('toString')).toBeUndefined();
});

describe('a rule', () => {
  test.each(Object.entries(ruleActions))('may have %s with what it needs, by name and in order', (op, { required }) => {
    const named = Object.fromEntries(required.map((name) => [name, 'x']));
    expect(errorsOf({ actions: [{ op, args: named }] })).toEqual([]);
    expect(errorsOf({ actions: [{ op, args: required.map(() => 'x') }] })).toEqual([]);
    expect(errorsOf({ actions: [{ op, args: {} }] })).toEqual([
      `Invalid parameters for action operator ${op}: missing required argument(s): ${required.join(', ')}`,
    ]);
  });

  test.each(Object.entries(conditionOperators))('may ask %s with what it needs', (op, { required, optional }) => {
    const named = Object.fromEntries([...required, ...optional].map((name) => [name, 'x']));
    expect(errorsOf({ conditions: [{ op: `!${op}`, args: named }] })).toEqual([]);
    expect(errorsOf({ conditions: [{ op, args: { ...named, other: 1 } }] })).toEqual([
      `Invalid parameters for condition operator ${op}: unexpected argument(s): other`,
    ]);
  });

  test('is told of everything that is wrong at once', () => {
    expect(errorsOf({ phase: 'x', priority: 10_000, conditions: [{ op: '?', args: [] }] })).toEqual([
      'Invalid phase: x. Valid phases are: main',
      'Priority must be between 0 and 9999 for user-defined rules.',
      'Unsupported condition operator: ?',
    ]);
  });
});

test('arguments in order get their names; those that are too many go nowhere', () => {
  expect(namedArguments(ruleActions['set-capability'], ['cpu', 'x86', 'more'])).toEqual({ name: 'cpu', value: 'x86' });
});
