import { mkdtempSync, rmSync, statSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { encryptionKeys } from './encryption-key.js';

let dir: string;
let file: string;

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'temper-key-'));
  file = path.join(dir, 'encryption.key');
});

afterEach(() => rmSync(dir, { recursive: true }));

it('makes a key at the first start, for its owner only, and keeps it', () => {
  const made = encryptionKeys(undefined, file, false);
  const [id, key = ''] = made.split(':');
  expect(id).toBe('k1');
  expect(Buffer.from(key, 'base64')).toHaveLength(32);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(encryptionKeys(undefined, file, false)).toBe(made);
});

it('prefers the environment and then writes nothing', () => {
  const given = `new:${Buffer.alloc(32, 1).toString('base64')},old:${Buffer.alloc(32, 2).toString('base64')}`;
  expect(encryptionKeys(given, file, true)).toBe(given);
  expect(existsSync(file)).toBe(false);
});

it('refuses an external database without a key', () => {
  expect(() => encryptionKeys(undefined, file, true)).toThrow(
    /^DATABASE_URL names an external database but TEMPER_ENCRYPTION_KEYS is not set: set it .* openssl rand -base64 32\.$/,
  );
});

it('names a malformed entry by its position and not by its content', () => {
  expect(() => encryptionKeys('k1:c2hvcnQ=', file, false)).toThrow(/^Entry 1 of TEMPER_ENCRYPTION_KEYS is not/);
  expect(() => encryptionKeys('k1:c2hvcnQ=', file, false)).not.toThrow(/c2hvcnQ/);
});
