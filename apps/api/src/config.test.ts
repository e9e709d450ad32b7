import { expect, test } from 'vitest';
import { ConfigError } from '#config/problem.js';
import { readConfig } from './config.js';

const needed = { DATABASE_URL: 'postgresql://u:hidden@db/temper', TEMPER_ENCRYPTION_KEYS: 'k:hiddenhidden' };

test('little has to be said', () => {
  expect(readConfig(needed)).toMatchObject({
    api: { host: '127.0.0.1', port: 6385 },
    boot: { host: '127.0.0.1', port: 8089 },
    temporal: { address: '127.0.0.1:7233', namespace: 'temper' },
    logLevel: 'info',
  });
});

test('an empty variable counts as not set', () => {
  expect(readConfig({ ...needed, TEMPER_API_PORT: '' }).api.port).toBe(6385);
});

test('all problems are told at once, and no value', () => {
  const wrong = {
    ...needed,
    DATABASE_URL: undefined,
    TEMPER_API_PORT: 'x',
    TEMPER_LOG_LEVEL: 'loud',
    TEMPER_API_URL: 'nowhere',
  };
  const problems = /TEMPER_API_PORT[^]*TEMPER_API_URL[^]*TEMPER_LOG_LEVEL[^]*DATABASE_URL/;
  expect(() => readConfig(wrong)).toThrow(ConfigError);
  expect(() => readConfig(wrong)).toThrow(problems);
  expect(() => readConfig(wrong)).not.toThrow(/hidden/);
});

test('what was read cannot be changed', () => {
  expect(Object.isFrozen(readConfig(needed))).toBe(true);
});
