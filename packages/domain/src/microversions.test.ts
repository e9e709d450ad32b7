import { expect, test } from 'vitest';
import {
  allows,
  allowsField,
  features,
  fieldMinor,
  isFeature,
  keepsJsonSuffix,
  minimalVersionText,
  parseApiVersion,
} from './microversions.js';

const legacy = (value: string) => parseApiVersion({ 'x-openstack-ironic-api-version': value });
const both = (standard: string) =>
  parseApiVersion({ 'openstack-api-version': standard, 'x-openstack-ironic-api-version': '1.31' });

test.each([
  ['', 1],
  [' ', 1],
  ['1.1', 1],
  ['1.01', 1],
  ['+1.1', 1],
  [' 1.5 ', 5],
  ['1. 5', 5],
  ['1.5,1.6', 6],
  ['1.115', 115],
  ['latest', 115],
  ['LaTest', 115],
])('%j asks for 1.%i', (value, minor) => {
  expect(legacy(value)).toEqual({ ok: true, minor });
});

test('a request without version is served as 1.1', () => {
  expect(parseApiVersion({})).toEqual({ ok: true, minor: 1 });
});

test.each(['1', 'abc', '1.1.1', '1.a', '.', '1.', 'latest.1'])('%j is malformed', (value) => {
  expect(legacy(value)).toEqual({
    ok: false,
    reason: 'malformed',
    text: 'Invalid value for X-OpenStack-Ironic-API-Version header',
  });
});

test.each([
  ['1.0', '1.0'],
  ['1.116', '1.116'],
  ['1.-1', '1.-1'],
])('%j is outside the range', (value, version) => {
  expect(legacy(value)).toEqual({
    ok: false,
    reason: 'unsupported',
    text: `Version ${version} was requested but the minor version is not supported by this service. The supported version range is: [1.1, 1.115].`,
  });
});

test.each([
  ['2.0', '2.0'],
  ['0.1', '0.1'],
  ['1_0.1', '10.1'],
])('%j names another API', (value, version) => {
  expect(legacy(value)).toEqual({
    ok: false,
    reason: 'unsupported',
    text: `Mutually exclusive versions requested. Version ${version} requested but not supported by this service. The supported version range is: [1.1, 1.115].`,
  });
});

test.each([
  ['baremetal 1.5', 5],
  ['Baremetal 1.8', 8],
  ['compute 2.1, baremetal 1.6', 6],
  ['baremetal 1.5, baremetal 1.7', 7],
  ['baremetal latest', 115],
  ['compute 2.1', 31],
  ['baremetal', 31],
  ['', 31],
])('with OpenStack-API-Version %j beside the old header the version is 1.%i', (value, minor) => {
  expect(both(value)).toEqual({ ok: true, minor });
});

test('a malformed standard header is not covered up by the old one', () => {
  expect(both('baremetal 9')).toMatchObject({ ok: false, reason: 'malformed' });
});

test('repeated headers count as one list', () => {
  expect(parseApiVersion({ 'openstack-api-version': ['compute 2.1', 'baremetal 1.9'] })).toEqual({
    ok: true,
    minor: 9,
  });
});

test.each(Object.entries(features))('%s begins with 1.%i', (name, minor) => {
  if (!isFeature(name)) throw new Error(`${name} is not known`);
  expect(minor).toBeGreaterThan(1);
  expect([allows(minor - 1, name), allows(minor, name)]).toEqual([false, true]);
});

test('every feature stays, except those that were removed', () => {
  const gone = Object.keys(features).filter((name) => isFeature(name) && !allows(115, name));
  expect(gone).toEqual(['local_link_connection.vtep']);
});

test('the OVN link fields exist only from 1.90 to 1.104', () => {
  expect([89, 90, 104, 105].map((minor) => allows(minor, 'local_link_connection.vtep'))).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

test('fields that were always there need no version', () => {
  expect(fieldMinor('node', 'driver_info')).toBe(1);
  expect(fieldMinor('node', 'shard')).toBe(82);
  expect(allowsField(1, 'port', 'address')).toBe(true);
  expect(allowsField(87, 'port', 'name')).toBe(false);
});

test('a refused feature names the version it needs', () => {
  expect(minimalVersionText('filter.nodes.driver')).toBe(
    'Request not acceptable. The minimal required API version should be 1.16',
  );
});

test.each([
  [undefined, true],
  ['1.90', false],
  ['1.91', true],
  ['latest', true],
])('with the old header %j a .json suffix belongs to the name: %j', (value, kept) => {
  expect(keepsJsonSuffix({ 'x-openstack-ironic-api-version': value, 'openstack-api-version': 'baremetal 1.50' })).toBe(
    kept,
  );
});
