import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { homeAt, type Home } from './home.js';
import { holdHome } from './lock.js';
import { identify } from './machine/process-identity.js';
import { writeState, type ChildState } from './state.js';
import { statusOf } from './status.js';

let home: Home;
const since = '2026-01-02T03:04:05.678Z';
const urls = { api: 'http://127.0.0.1:6385', temporalUi: 'http://127.0.0.1:8233' };

beforeEach(() => {
  home = homeAt(mkdtempSync(path.join(tmpdir(), 'temper-status-')));
});

afterEach(() => rmSync(home.dir, { recursive: true }));

const ready = (): ChildState => ({
  status: 'ready',
  restarts: 2,
  since,
  process: identify(process.pid),
  address: 'here',
});

it('shows what serves and exits with 0', () => {
  holdHome(home.lockFile, home.dir);
  writeState(home.stateFile, { ports: {}, urls, children: { api: ready() } });
  expect(statusOf(home)).toEqual({
    exitCode: 0,
    lines: [
      `NAME  STATE  SINCE                RESTARTS  PROCESS  ADDRESS`,
      `api   ready  2026-01-02 03:04:05  2         ${String(process.pid).padEnd(7)}  here`,
      '',
      'API http://127.0.0.1:6385  Temporal UI http://127.0.0.1:8233',
    ],
  });
});

it('exits with 1 while a child is not ready', () => {
  holdHome(home.lockFile, home.dir);
  const worker: ChildState = { status: 'backing off', restarts: 3, since };
  writeState(home.stateFile, { ports: {}, urls, children: { api: ready(), worker } });
  expect(statusOf(home)).toMatchObject({ exitCode: 1 });
});

it('says what a killed supervisor left behind', () => {
  writeState(home.stateFile, { ports: {}, urls, children: { api: ready() } });
  const { lines, exitCode } = statusOf(home);
  expect(lines.at(-1)).toBe(
    `The supervisor is gone and left these behind: "temper down --home ${home.dir}" ends them.`,
  );
  expect(exitCode).toBe(1);
});

it('exits with 3 when nothing runs', () => {
  expect(statusOf(home)).toEqual({ exitCode: 3, lines: [`Nothing runs in home ${home.dir}.`] });
});
