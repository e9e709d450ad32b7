import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { blockedBy } from './run-user.js';

let dir: string;
const stranger = { name: 'stranger', uid: 60_001, gid: 60_001 };

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'temper-user-'));
  mkdirSync(path.join(dir, 'open'), { mode: 0o755 });
});

afterEach(() => rmSync(dir, { recursive: true }));

it('names the folder that is closed to the account', () => {
  chmodSync(dir, 0o700);
  expect(blockedBy(path.join(dir, 'open', 'new'), stranger)).toBe(dir);
});

it('finds the way free through folders that others may pass', () => {
  chmodSync(dir, 0o711);
  expect(blockedBy(path.join(dir, 'open', 'new'), stranger)).toBeUndefined();
});

it('judges the owner and the group by their own bits', () => {
  chmodSync(dir, 0o710);
  const { uid, gid } = statSync(dir);
  expect(blockedBy(dir, { name: 'owner', uid, gid: 60_001 })).toBeUndefined();
  expect(blockedBy(dir, { name: 'member', uid: 60_001, gid })).toBeUndefined();
  expect(blockedBy(dir, stranger)).toBe(dir);
});
