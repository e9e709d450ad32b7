import { mkdtempSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { holderOf, holdHome } from './lock.js';
import { identify } from './machine/process-identity.js';
import { Problem } from './problem.js';

let dir: string;
let file: string;

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'temper-lock-'));
  file = path.join(dir, 'run', 'lock');
});

afterEach(() => rmSync(dir, { recursive: true }));

it('names the holder of a held home and what to do', () => {
  holdHome(file, '/the/home');
  expect(() => holdHome(file, '/the/home')).toThrow(
    new Problem(
      `Home /the/home is in use by another temper (process ${process.pid}): stop that with "temper down --home /the/home", or choose another home with --home.`,
    ),
  );
});

it('can be taken again after it was given back', () => {
  holdHome(file, dir)();
  expect(existsSync(file)).toBe(false);
  holdHome(file, dir);
  expect(holderOf(file)?.pid).toBe(process.pid);
});

it('is free when its holder is gone', () => {
  const release = holdHome(file, dir);
  release();
  writeFileSync(file, JSON.stringify({ pid: 4_000_000, startedAt: 'long ago' }));
  expect(holderOf(file)).toBeUndefined();
  holdHome(file, dir);
  expect(holderOf(file)).toEqual(identify(process.pid));
});

it('is free when another process has the number of its holder', () => {
  holdHome(file, dir)();
  writeFileSync(file, JSON.stringify({ pid: process.pid, startedAt: 'before the last boot' }));
  holdHome(file, dir);
  expect(holderOf(file)).toEqual(identify(process.pid));
});
