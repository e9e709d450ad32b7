import { expect, test } from 'vitest';
import { loadConfig } from './load.js';
import { shownOptions } from './masked.js';
import { options } from './schema.js';

test('every option is shown with its origin, and no secret', () => {
  const env = {
    DATABASE_URL: 'postgresql://me:hid:den@x@db/temper?password=hidden&sslmode=require',
    TEMPER_ENCRYPTION_KEYS: 'k1:hidden',
    TEMPER_KEYSTONE_PASSWORD: 'hidden',
  };
  const shown = shownOptions(loadConfig({ env }));
  expect(shown.map(({ path }) => path)).toEqual(options.map(({ path }) => path));
  expect(JSON.stringify(shown)).not.toMatch(/hid/);
  expect(shown).toContainEqual({
    path: 'database.url',
    value: 'postgresql://me:******@db/temper?password=******&sslmode=require',
    origin: 'environment',
    place: 'DATABASE_URL',
  });
  expect(shown).toContainEqual({ path: 'api.port', value: 6385, origin: 'default', place: null });
  expect(shown).toContainEqual({ path: 'api.public_endpoint', value: null, origin: 'default', place: null });
});

test('no option without a meaning, and secrets are marked as such', () => {
  expect(options.filter(({ info }) => !/^.{15,}\.$/.test(info.meaning)).map(({ path }) => path)).toEqual([]);
  const suspicious = options.filter(({ key, info }) => /password|secret|token$|_keys$/.test(key) && !info.secret);
  expect(suspicious.map(({ path }) => path)).toEqual([]);
});
