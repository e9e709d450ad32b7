import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { prepareTemporal, type TemporalSource } from './program.js';
import { compareVersions, isNewEnough, parseCliVersion } from './version.js';

let dir: string;
let cache: string;
let env: NodeJS.ProcessEnv;

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'temper-temporal-'));
  cache = path.join(dir, 'cache');
  env = { PATH: path.join(dir, 'bin') };
  mkdirSync(path.join(dir, 'bin'));
});

afterEach(() => rmSync(dir, { recursive: true }));

function program(file: string, version: string): string {
  writeFileSync(file, `#!/bin/sh\necho "temporal version ${version} (Server 1.29.1, UI 2.42.1)"\n`);
  chmodSync(file, 0o755);
  return file;
}

const way = (title: string, fetch: TemporalSource['fetch']): TemporalSource => ({ title, expect: 'soon', fetch });
const closed = (why: string): TemporalSource => way(why, () => Promise.reject(new Error(why)));

it('takes a new enough program on PATH', async () => {
  const onPath = program(path.join(dir, 'bin', 'temporal'), '1.5.1');
  expect(await prepareTemporal(cache, undefined, env, [])).toBe(onPath);
});

it('passes over one that is too old and names it when there is no other', async () => {
  const onPath = program(path.join(dir, 'bin', 'temporal'), '1.4.0');
  await expect(prepareTemporal(cache, undefined, env, [closed('no download'), closed('no Go')])).rejects.toThrow(
    `No Temporal server could be had (${onPath} is 1.4.0, too old; no download; no Go): install the temporal CLI 1.5.1 or newer on PATH, connect this machine to the network for the first start, or set TEMPORAL_ADDRESS.`,
  );
});

it('keeps what it fetched and needs no network the next time', async () => {
  const build = way('build', async (folder) => program(path.join(folder, 'temporal'), '1.5.1'));
  const first = await prepareTemporal(cache, undefined, env, [closed('no download'), build]);
  expect(readFileSync(first, 'utf8')).toContain('1.5.1');
  expect(await prepareTemporal(cache, undefined, env, [])).toBe(first);
});

it('copies a program that the account of the servers cannot reach', async () => {
  const onPath = program(path.join(dir, 'bin', 'temporal'), '1.5.1');
  const stranger = { name: 'stranger', uid: 60_001, gid: 60_001 };
  const used = await prepareTemporal(cache, stranger, env, []);
  expect(used).not.toBe(onPath);
  expect(readFileSync(used, 'utf8')).toBe(readFileSync(onPath, 'utf8'));
});

it('reads versions, also of one that was built from source', () => {
  const fromSource = parseCliVersion('temporal version 0.0.0-DEV (Server 1.29.1, UI 2.42.1)');
  expect(fromSource).toEqual({ cli: '0.0.0-DEV', server: '1.29.1' });
  expect(fromSource && isNewEnough(fromSource)).toBe(true);
  expect(isNewEnough({ cli: '0.0.0-DEV', server: '1.27.0' })).toBe(false);
  expect(isNewEnough({ cli: '1.10.0', server: '1.30.0' })).toBe(true);
  expect(parseCliVersion('something else')).toBeUndefined();
  expect(compareVersions('1.9.2', '1.10')).toBeLessThan(0);
});
