import { expect, it } from 'vitest';
import { readConfig, reachableUrl } from './config.js';

it('needs nothing to be said', () => {
  expect(readConfig({}, { HOME: '/home/me' })).toMatchObject({
    apiBind: '127.0.0.1',
    apiPort: 6385,
    bootPort: 8089,
    bootPortGiven: false,
    fleet: 0,
    namespace: 'temper',
    databaseUrl: undefined,
  });
});

it('takes homes and caches from where the user keeps such things', () => {
  const config = readConfig({}, { TEMPER_HOME: '/data/temper', XDG_CACHE_HOME: '/cache' });
  expect(config).toMatchObject({ homeDir: '/data/temper', cacheDir: '/cache/temper' });
});

it('lists everything that is wrong', () => {
  expect(() => readConfig({ port: 'http', fleet: '-1' }, {})).toThrow(
    '--port is "http" and must be a number from 0 to 65535; --fleet is "-1" and must be a number from 0 to 1000: correct that and start again.',
  );
});

it('never tells machines to reach a wildcard address', () => {
  expect(reachableUrl('127.0.0.1', 6385)).toBe('http://127.0.0.1:6385');
  expect(reachableUrl('::1', 6385)).toBe('http://[::1]:6385');
  expect(reachableUrl('0.0.0.0', 6385)).not.toContain('0.0.0.0');
});
