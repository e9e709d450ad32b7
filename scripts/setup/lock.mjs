import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { say } from './announce.mjs';

/** Runs `work` while no other set-up works in the same checkout; a lock whose process is gone counts as free. */
export async function holdingLock(root, work) {
  const file = path.join(root, '.setup', 'lock');
  mkdirSync(path.dirname(file), { recursive: true });
  for (let said = false; !take(file); said = true) {
    if (!said) say('Waiting for another set-up of this checkout to end ...');
    await delay(200);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (!isAlive(holderOf(file))) rmSync(file, { force: true });
  return false;
}

function holderOf(file) {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return NaN;
  }
}

function isAlive(pid) {
  // An empty file is a lock in the making.
  if (pid === 0) return true;
  if (!Number.isInteger(pid)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
