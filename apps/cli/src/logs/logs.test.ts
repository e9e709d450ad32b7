import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { formatLogLine } from './format.js';
import { RotatingFile } from './rotating-file.js';
import { showLogs } from './show-logs.js';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'temper-logs-'));
});

afterEach(() => rmSync(dir, { recursive: true }));

const contentOf = (name: string): string => readFileSync(path.join(dir, name), 'utf8');

it('rotates a full file and drops the oldest', () => {
  const file = new RotatingFile(path.join(dir, 'api.log'), { maxBytes: 10, keep: 2 });
  for (const line of ['one', 'two', 'three', 'four', 'five', 'six', 'seven']) file.write(`${line}\n`);
  file.close();
  expect(readdirSync(dir).sort()).toEqual(['api.1.log', 'api.2.log', 'api.log']);
  expect(contentOf('api.2.log')).toBe('three\n');
  expect(contentOf('api.1.log')).toBe('four\nfive\n');
  expect(contentOf('api.log')).toBe('six\nseven\n');
});

it('goes on in a file that an earlier start left', () => {
  for (const line of ['one\n', 'two\n']) {
    const file = new RotatingFile(path.join(dir, 'api.log'));
    file.write(line);
    file.close();
  }
  expect(contentOf('api.log')).toBe('one\ntwo\n');
});

it('costs lines and nothing else when it cannot write', () => {
  const file = new RotatingFile(path.join(dir, 'gone', 'api.log'));
  rmSync(path.join(dir, 'gone'), { recursive: true });
  expect(() => file.write('one\n')).not.toThrow();
});

it('shows a pino line for people', () => {
  const line =
    '{"level":40,"time":"2026-01-02T03:04:05.678Z","pid":1,"hostname":"h","process":"api","msg":"slow","ms":12}';
  expect(formatLogLine('api', line)).toBe('03:04:05.678 WARN api: slow {"ms":12}');
  expect(formatLogLine('api', 'not JSON')).toBe('api: not JSON');
});

it('shows the last lines of one program', async () => {
  writeFileSync(path.join(dir, 'api.log'), 'a\nb\nc\n');
  writeFileSync(path.join(dir, 'worker.log'), 'w\n');
  const lines: string[] = [];
  await showLogs(dir, { name: 'api', lines: 2, raw: true }, (line) => lines.push(line));
  expect(lines).toEqual(['b', 'c']);
});

it('says which logs there are', async () => {
  const show = (name?: string) => showLogs(dir, { name, lines: 1, raw: true }, () => undefined);
  await expect(show()).rejects.toThrow(`There are no logs in ${dir} yet: start with "temper up"`);
  writeFileSync(path.join(dir, 'api.log'), '');
  await expect(show('apo')).rejects.toThrow('There is no log of "apo": choose from api.');
});

it('follows a file across a rotation', async () => {
  const file = new RotatingFile(path.join(dir, 'api.log'), { maxBytes: 8, keep: 1 });
  file.write('one\n');
  const lines: string[] = [];
  const enough = new AbortController();
  const following = showLogs(dir, { lines: 9, raw: true, follow: enough.signal }, (line) => lines.push(line));
  await vi.waitFor(() => expect(lines).toEqual(['one']), 5_000);
  file.write('two\n');
  await vi.waitFor(() => expect(lines).toEqual(['one', 'two']), 5_000);
  file.write('three\n');
  await vi.waitFor(() => expect(lines).toEqual(['one', 'two', 'three']), 5_000);
  enough.abort();
  await following;
  file.close();
});
