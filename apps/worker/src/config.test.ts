import { expect, test } from 'vitest';
import { readConfig } from './config.js';

const least = { DATABASE_URL: 'postgresql://temper@127.0.0.1/temper', TEMPER_ENCRYPTION_KEYS: 'k1:AAAA' };

test('the least that a worker must be told is its database and its keys', () => {
  expect(readConfig(least)).toMatchObject({
    temporal: { address: '127.0.0.1:7233', namespace: 'temper' },
    apiUrl: 'http://127.0.0.1:6385',
    conductorGroup: '',
    automatedClean: true,
    agentDebug: false,
    logLevel: 'info',
  });
});

test('all problems are told at once, by variable, without the values', () => {
  const wrong = {
    TEMPER_ENCRYPTION_KEYS: '',
    TEMPER_API_URL: 'not a url',
    TEMPER_CONDUCTOR_GROUP: 'rack 1',
    TEMPER_WORKER_HEALTH_PORT: '99999',
    TEMPER_LOG_LEVEL: 'chatty',
  };
  const message = problemOf(wrong);
  for (const name of ['DATABASE_URL', ...Object.keys(wrong)]) expect(message).toContain(name);
  expect(message).not.toContain('chatty');
});

test('each operation has the time-out of its wait state', () => {
  const { callbackTimeoutS } = readConfig({ ...least, TEMPER_CONDUCTOR_CLEAN_CALLBACK_TIMEOUT: '60' });
  expect((['deploy', 'rebuild', 'clean', 'teardown', 'inspect'] as const).map(callbackTimeoutS)).toEqual([
    1_800, 1_800, 60, 60, 1_800,
  ]);
  const all = readConfig({ ...least, TEMPER_CALLBACK_TIMEOUT: '5' }).callbackTimeoutS;
  expect((['deploy', 'clean', 'inspect', 'rescue', 'service'] as const).map(all)).toEqual([5, 5, 5, 5, 5]);
});

test("an operator's priorities of clean steps are those of the options, and by step those of the override", () => {
  const { cleanPriorities } = readConfig({
    ...least,
    TEMPER_DEPLOY_ERASE_DEVICES_PRIORITY: '0',
    TEMPER_DEPLOY_ERASE_DEVICES_METADATA_PRIORITY: '10',
    TEMPER_DEPLOY_CLEAN_STEP_PRIORITY_OVERRIDE: '{"deploy.erase_devices_metadata": 20}',
  });
  expect(cleanPriorities).toMatchObject({ 'deploy.erase_devices': 0, 'deploy.erase_devices_metadata': 20 });
  const wrong = { ...least, TEMPER_DEPLOY_CLEAN_STEP_PRIORITY_OVERRIDE: '{"erase": 1}' };
  expect(problemOf(wrong)).toContain('must have keys such as deploy.erase_devices');
});

test('fake interfaces take the time that they are given', () => {
  const { fakeDelays } = readConfig({ ...least, TEMPER_FAKE_POWER_DELAY: '1,5' });
  expect(fakeDelays.power).toEqual({ fromS: 1, toS: 5 });
  expect(fakeDelays.deploy).toEqual({ fromS: 0, toS: 0 });
});

test('drivers and interfaces are offered as they are enabled', () => {
  const { offers } = readConfig({
    ...least,
    TEMPER_DRIVERS_ENABLED_HARDWARE_TYPES: 'ipmi, fake-hardware',
    TEMPER_DRIVERS_ENABLED_DEPLOY_INTERFACES: 'fake,ramdisk',
  });
  expect(Object.keys(offers).toSorted()).toEqual(['fake-hardware', 'ipmi']);
  expect(offers.ipmi?.deploy).toEqual({ enabled: ['ramdisk'], default: 'ramdisk' });
});

test('a driver that could have no default interface is refused at the start', () => {
  const message = problemOf({ ...least, TEMPER_DRIVERS_ENABLED_DEPLOY_INTERFACES: 'fake' });
  expect(message).toContain('drivers.enabled_deploy_interfaces (TEMPER_DRIVERS_ENABLED_DEPLOY_INTERFACES): names none');
  expect(problemOf({ ...least, TEMPER_DRIVERS_ENABLED_HARDWARE_TYPES: 'fake-hardwear' })).toContain(
    'did you mean fake-hardware',
  );
});

test('an empty variable counts as not set', () => {
  expect(readConfig({ ...least, TEMPER_CONDUCTOR_GROUP: '', TEMPER_WORKER_HEALTH_PORT: '' })).toMatchObject({
    conductorGroup: '',
    health: { port: 6386 },
  });
});

test('slashes at the end of the API address go, so that paths can be appended', () => {
  expect(readConfig({ ...least, TEMPER_API_URL: 'https://api.example/baremetal/' }).apiUrl).toBe(
    'https://api.example/baremetal',
  );
});

function problemOf(env: Record<string, string>): string {
  try {
    readConfig(env);
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return '';
}
