import { describe, expect, test } from 'vitest';
import type { RuleArguments, RuleCondition } from './inspection-rules.js';
import { conditionsHold, RuleConditionError } from './rule-conditions.js';
import { filledIn } from './rule-texts.js';

const names = {
  node: { driver: 'ipmi', properties: { cpus: 8 }, instance_uuid: null },
  inventory: {
    cpu: { count: 16, architecture: 'x86_64', flags: ['vmx', 'aes'] },
    bmc_address: '192.0.2.7',
    interfaces: [
      { name: 'eth0', up: true },
      { name: 'eth1', up: false },
    ],
  },
  plugin_data: {},
};

const holds = (op: string, args: RuleArguments, more: Partial<RuleCondition> = {}) =>
  conditionsHold([{ op, args, ...more }], names);

describe('a text of a rule', () => {
  test.each([
    ['{node.driver}', 'ipmi'],
    ['{inventory[cpu][count]} of {inventory[cpu][flags][1]}', '16 of aes'],
    ['{inventory[cpu][flags]}', "['vmx', 'aes']"],
    ['{inventory[interfaces][0]}', "{'name': 'eth0', 'up': True}"],
    ['{node.instance_uuid}', 'None'],
    ['{{as it is}}', '{as it is}'],
    ['{node.nothing} {node.driver}', '{node.nothing} {node.driver}'],
    ['{nobody}', '{nobody}'],
    ['{node.toString}', '{node.toString}'],
    ['{inventory[cpu][flags][9]}', '{inventory[cpu][flags][9]}'],
    ['{node.driver!r} {node.driver!s}', "'ipmi' ipmi"],
    ['{node.driver:>9}', '{node.driver:>9}'],
    ['{', '{'],
  ])('%s reads %s', (text, filled) => {
    expect(filledIn(text, names)).toBe(filled);
  });

  test('is filled in at any depth, also as a key', () => {
    expect(filledIn({ '{node.driver}': ['{node.properties[cpus]}', 1] }, names)).toEqual({ ipmi: ['8', 1] });
  });
});

/** Every answer is what Ironic 39 gives for the same. */
describe('a condition', () => {
  test.each<[string, RuleArguments, boolean]>([
    ['eq', { values: ['{node.driver}', 'ipmi'] }, true],
    ['eq', { values: ['{node.properties[cpus]}', 8] }, false],
    ['eq', { values: ['{node.properties[cpus]}', 8], force_strings: true }, true],
    [
      'eq',
      {
        values: [
          { a: 1, b: [2] },
          { b: [2], a: 1 },
        ],
      },
      true,
    ],
    ['!eq', { values: [1, 1, 2] }, true],
    ['eq', [['a']], true],
    ['lt', { values: [1, 2, 3] }, true],
    ['lt', { values: [1, 3, 3] }, false],
    ['gt', { values: ['b', 'a'] }, true],
    ['is-empty', { value: '{plugin_data[nothing]}' }, true],
    ['is-empty', { value: '{plugin_data}' }, true],
    ['is-empty', { value: '{node.driver}' }, false],
    ['in-net', { address: '{inventory[bmc_address]}', subnet: '192.0.2.0/24' }, true],
    ['in-net', { address: '{inventory[bmc_address]}', subnet: '192.0.2.8/29' }, false],
    ['in-net', { address: '2001:db8::1:2', subnet: '2001:db8::/64' }, true],
    ['in-net', { address: '::ffff:192.0.2.1', subnet: '::ffff:0:0/96' }, true],
    ['!in-net', { address: '192.0.2.1', subnet: '2001:db8::/32' }, true],
    ['matches', { value: '{inventory[cpu][architecture]}', regex: 'x86' }, false],
    ['matches', { value: '{inventory[cpu][architecture]}', regex: 'x86_\\d{2}' }, true],
    ['matches', { value: 'abc', regex: 'a|b' }, true],
    ['contains', { value: '{inventory[cpu][architecture]}', regex: '86' }, true],
    ['one-of', { value: '{node.driver}', values: ['redfish', 'ipmi'] }, true],
    ['one-of', { value: 'x' }, false],
    ['is-none', { value: null }, true],
    ['is-none', { value: '{node.instance_uuid}' }, false],
    ['is-true', { value: 'Yes' }, true],
    ['is-true', { value: 'on' }, false],
    ['is-false', { value: 0 }, true],
    ['is-false', { value: null }, true],
  ])('%s of %j: %s', (op, args, answer) => {
    expect(holds(op, args)).toBe(answer);
  });

  test.each([
    ['any', true],
    ['all', false],
    ['first', true],
    ['last', false],
  ] as const)('in a loop holds for %s of the items: %s', (multiple, answer) => {
    const loop = names.inventory.interfaces;
    expect(holds('eq', { values: ['{item[up]}', true] }, { loop, multiple })).toBe(answer);
  });

  test('with an object for a loop is asked once, with an empty loop as if there was none', () => {
    expect(holds('eq', { values: ['{item[a]}', 'x'] }, { loop: { a: 'x' } })).toBe(true);
    expect(holds('eq', { values: ['a', 'a'] }, { loop: [] })).toBe(true);
  });

  test.each<[string, RuleArguments]>([
    ['lt', { values: ['{node.properties[cpus]}', 9] }],
    ['eq', { values: 'no list' }],
    ['in-net', { address: 'x', subnet: '192.0.2.0/24' }],
    ['in-net', { address: '192.0.2.1', subnet: '192.0.2.0/33' }],
    ['matches', { value: 'x', regex: '(' }],
    ['nope', {}],
  ])('%s of %j cannot be asked', (op, args) => {
    expect(() => holds(op, args)).toThrow(RuleConditionError);
  });
});

test('a rule without conditions applies always, one with several when all hold', () => {
  expect(conditionsHold([], names)).toBe(true);
  const yes = { op: 'is-true', args: { value: true } };
  expect(conditionsHold([yes, yes], names)).toBe(true);
  expect(conditionsHold([yes, { op: '!is-true', args: { value: true } }], names)).toBe(false);
});
