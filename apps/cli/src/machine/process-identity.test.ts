import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { expect, it } from 'vitest';
import { identify, isAlive, signal, withEnvironment } from './process-identity.js';

it('recognises a process until it ends', async () => {
  const child = spawn('sleep', ['60'], { env: { TEMPER_TEST_MARK: String(process.pid) } });
  await once(child, 'spawn');
  const identity = identify(child.pid ?? 0);
  if (!identity) throw new Error('the child has no identity');
  expect(isAlive(identity)).toBe(true);
  expect(withEnvironment('TEMPER_TEST_MARK', String(process.pid))).toEqual([identity]);
  expect(signal(identity, 'SIGKILL')).toBe(true);
  await once(child, 'exit');
  expect(isAlive(identity)).toBe(false);
  expect(signal(identity, 'SIGKILL')).toBe(false);
});

it('does not take another process with the same number for it', () => {
  const me = identify(process.pid);
  expect(isAlive({ pid: process.pid, startedAt: `${me?.startedAt}0` })).toBe(false);
});

it('knows no process with an unused number', () => {
  expect(identify(4_194_305)).toBeUndefined();
});
