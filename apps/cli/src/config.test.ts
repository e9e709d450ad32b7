import { expect, it } from 'vitest';
import { readConfig } from './config.js';

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
  expect(() => readConfig({ port: 'http', fleet: '-1' }, { TEMPER_BOOT_PORT: 'x' })).toThrow(
    [
      'There are 3 problems: correct them and start again.',
      '  --fleet is "-1" and must be a number from 0 to 1000',
      '  --port is "http" and must be a number from 0 to 65535',
      '  boot.port (TEMPER_BOOT_PORT): must be a whole number from 0 to 65535',
    ].join('\n'),
  );
});
