import { expect, test } from 'vitest';
import { driverInfoSecretKeys, instanceInfoSecretKeys, isSecretKey, maskSecrets, maskSecretText } from './secrets.js';

test.each([
  'ipmi_password',
  'PASSWORD',
  'agent_secret_token',
  'configdrive',
  'sys_pswd',
  'ssh_private_key',
  'passphrase2',
])('%s names a secret', (key) => {
  expect(isSecretKey(key)).toBe(true);
});

test.each(['ipmi_username', 'ipmi_address', 'deploy_kernel', 'tokn', 'passwd', ''])('%j names no secret', (key) => {
  expect(isSecretKey(key)).toBe(false);
});

// Observed on Ironic 39.0.0 with this very driver_info.
test('driver_info is masked at any depth, as Ironic does', () => {
  const shown = maskSecrets(
    {
      ipmi_password: 'x',
      Snmp_auth_key: 'a',
      snmp_auth_key: 'b',
      nested: { my_token: { a: 'b', n: 1 }, tokens: ['x', 1], tokn: 5, secret_num: 7, pnull_password: null },
      cmd: 'run --password hunter2 x password=foo ok',
      list: [{ password: 'q' }, 'token = abc'],
    },
    { extraKeys: driverInfoSecretKeys },
  );
  expect(shown).toEqual({
    ipmi_password: '******',
    Snmp_auth_key: 'a',
    snmp_auth_key: '******',
    nested: { my_token: { a: 'b', n: 1 }, tokens: '******', tokn: 5, secret_num: '******', pnull_password: '******' },
    cmd: 'run --password ****** x password=****** ok',
    list: [{ password: '******' }, 'token = ******'],
  });
});

test('instance_info hides the config drive even as an object, and signed image URLs', () => {
  const value = { image_url: 'http://x?sig=1', configdrive: { meta_data: {} }, image_source: 'http://x' };
  expect(maskSecrets(value, { extraKeys: instanceInfoSecretKeys })).toEqual({
    image_url: '******',
    configdrive: '******',
    image_source: 'http://x',
  });
});

test('extra keys are secrets at the top only, and an empty one is shown', () => {
  expect(maskSecrets({ snmp_auth_key: '', deep: { snmp_auth_key: 'x' } }, { extraKeys: driverInfoSecretKeys })).toEqual(
    {
      snmp_auth_key: '',
      deep: { snmp_auth_key: 'x' },
    },
  );
});

test.each([
  ['<password>aa</password>', '<password>******</password>'],
  ['http://h/?token=abc', 'http://h/?token=******'],
  ["password 'abc def'", "password '******'"],
  ['{"admin_password": "zz", "user": "me"}', '{"admin_password": "******", "user": "me"}'],
  ["{'auth_token': u'zz'}", "{'auth_token': u'******'}"],
  ['PASSWORD = "a b"', 'PASSWORD = "******"'],
  ['nothing to hide', 'nothing to hide'],
  ['X-Auth-Token: gAAA', 'X-Auth-Token: gAAA'],
])('in texts %s reads %s', (text, masked) => {
  expect(maskSecretText(text)).toBe(masked);
});

test('masking leaves the original and other values alone', () => {
  const original = { ipmi_password: 'x', n: 1, b: false, nothing: null, list: [1, 'two'] };
  expect(maskSecrets(original)).toEqual({ ...original, ipmi_password: '******' });
  expect(original.ipmi_password).toBe('x');
  expect([maskSecrets(5), maskSecrets(null), maskSecrets(undefined)]).toEqual([5, null, undefined]);
});

test('a key named __proto__ stays an ordinary key', () => {
  const masked = maskSecrets(JSON.parse('{"__proto__": {"password": "x"}}'));
  expect(JSON.stringify(masked)).toBe('{"__proto__":{"password":"******"}}');
});
