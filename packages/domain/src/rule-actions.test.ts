import { describe, expect, test } from 'vitest';
import type { RuleAction, RuleArguments } from './inspection-rules.js';
import { actionsDone, RuleActionError, type RuleSubject } from './rule-actions.js';

const extra = { list: ['a'], deep: { x: 1 } };
const disks = [{ name: '/dev/sda' }, { name: '/dev/sdb' }];
const subject: RuleSubject = {
  node: { driver: 'ipmi', extra, properties: {}, description: null },
  ports: [
    { uuid: 'p1', extra: {}, pxe_enabled: true },
    { uuid: 'p2', extra: {}, pxe_enabled: true },
  ],
  traits: ['CUSTOM_A'],
  inventory: { bmc_address: '192.0.2.7', disks },
  pluginData: { found: { raid: true } },
};

const done = (...actions: RuleAction[]) => actionsDone(actions, subject);
const one = (op: string, args: RuleArguments, loop?: RuleArguments) => done({ op, args, loop });

describe('an attribute of the node', () => {
  test.each<[string, RuleArguments, object]>([
    ['set-attribute', { path: 'description', value: 'at {inventory[bmc_address]}' }, { description: 'at 192.0.2.7' }],
    ['set-attribute', { path: '/extra/new/er', value: 1 }, { extra: { ...extra, new: { er: 1 } } }],
    ['set-attribute', ['extra.deep.x', 2], { extra: { list: ['a'], deep: { x: 2 } } }],
    ['extend-attribute', { path: 'extra.list', value: 'a' }, { extra: { list: ['a', 'a'], deep: { x: 1 } } }],
    ['extend-attribute', { path: 'extra.list', value: 'a', unique: true }, { extra }],
    ['extend-attribute', { path: 'properties/tags', value: 'b' }, { properties: { tags: ['b'] } }],
    ['del-attribute', { path: 'extra/deep/x' }, { extra: { list: ['a'], deep: {} } }],
    ['set-capability', { name: 'boot_mode', value: 'uefi' }, { properties: { capabilities: 'boot_mode:uefi' } }],
  ])('%s of %j', (op, args, changed) => {
    expect(one(op, args).subject.node).toEqual({ ...subject.node, ...changed });
  });

  test('capabilities are joined, and taken out by name', () => {
    const { node } = done(
      { op: 'set-capability', args: ['a', '1'] },
      { op: 'set-capability', args: ['b', '{node.driver}'] },
      { op: 'unset-capability', args: ['a'] },
    ).subject;
    expect(node['properties']).toEqual({ capabilities: 'b:ipmi' });
  });
});

test('traits are added once, and removing one that is not there is nothing', () => {
  const actions = ['CUSTOM_A', 'CUSTOM_B'].map((name) => ({ op: 'add-trait', args: { name } }));
  expect(done(...actions, { op: 'remove-trait', args: ['CUSTOM_C'] }).subject.traits).toEqual(['CUSTOM_A', 'CUSTOM_B']);
  expect(one('remove-trait', ['CUSTOM_A']).subject.traits).toEqual([]);
});

test('plugin data are changed, and later actions see it', () => {
  const { pluginData, node } = done(
    { op: 'set-plugin-data', args: { path: 'found.size', value: 4 } },
    { op: 'extend-plugin-data', args: { path: 'names', value: 'n' } },
    { op: 'unset-plugin-data', args: { path: 'found.raid' } },
    { op: 'unset-plugin-data', args: { path: 'never.there' } },
    { op: 'set-attribute', args: { path: 'description', value: '{plugin_data[found][size]}' } },
  ).subject;
  expect(pluginData).toEqual({ found: { size: 4 }, names: ['n'] });
  expect(node['description']).toBe('4');
});

test('only the port that is named changes', () => {
  const { ports } = one('set-port-attribute', { port_id: 'p2', path: 'extra.a', value: 1 }).subject;
  expect(ports).toEqual([subject.ports[0], { uuid: 'p2', extra: { a: 1 }, pxe_enabled: true }]);
});

test('a loop does the action for each item, with every argument filled in', () => {
  const { node } = one('extend-attribute', { path: 'extra.list', value: '{item[name]}' }, disks).subject;
  expect(node['extra']).toMatchObject({ list: ['a', '/dev/sda', '/dev/sdb'] });
  const { effects } = one('log', { msg: '{item[a]}' }, { a: 'once' });
  expect(effects).toEqual([{ kind: 'log', level: 'info', text: 'once' }]);
});

test('what touches the world is told, not done', () => {
  expect(one('api-call', { url: 'http://x/{node.driver}', timeout: 3 }).effects).toEqual([
    { kind: 'call', url: 'http://x/ipmi', options: { timeout: 3 } },
  ]);
});

test('the subject given stays as it is', () => {
  const before = structuredClone(subject);
  done({ op: 'set-attribute', args: ['extra.deep.x', 9] }, { op: 'add-trait', args: ['CUSTOM_Z'] });
  expect(subject).toEqual(before);
});

test.each<[string, RuleArguments, RegExp]>([
  ['fail', { msg: 'no {braces} filled' }, /^Failed to inspect hardware\. Reason: no \{braces\} filled$/],
  ['set-attribute', { path: 'nothing', value: 1 }, /no attribute nothing/],
  ['set-attribute', { path: 'driver.x', value: 1 }, /driver is no object/],
  ['extend-attribute', { path: 'extra.deep', value: 1 }, /no list/],
  ['del-attribute', { path: 'extra.gone' }, /nothing at extra\.gone/],
  ['set-port-attribute', { port_id: 'p9', path: 'extra', value: {} }, /Port p9 could not be found/],
  ['log', { msg: 'm', level: 'loud' }, /Invalid log level: loud/],
  ['nope', {}, /Unsupported action/],
])('%s of %j cannot be done', (op, args, text) => {
  expect(() => one(op, args)).toThrow(RuleActionError);
  expect(() => one(op, args)).toThrow(text);
});
