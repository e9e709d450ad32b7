import { mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync, appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { homeAt, type Home } from '../home.js';
import { choosePort } from '../machine/ports.js';
import { isAlive } from '../machine/process-identity.js';
import { readState } from '../state.js';
import type { ChildSpec } from './child.js';
import { endOrphans, MARK } from './orphans.js';
import { Supervisor } from './supervisor.js';

let home: Home;
let supervisor: Supervisor;
const patiently = new AbortController().signal;

beforeEach(() => {
  home = homeAt(mkdtempSync(path.join(tmpdir(), 'temper-supervisor-')));
  supervisor = new Supervisor(home);
});

afterEach(async () => {
  await supervisor.stop(AbortSignal.abort());
  rmSync(home.dir, { recursive: true });
});

/** A child that runs a line of JavaScript; it counts as ready once it made the file `<name>.ready`. */
function scripted(name: string, script: string, change: Partial<ChildSpec> = {}): ChildSpec {
  const flag = path.join(home.dir, `${name}.ready`);
  return {
    name,
    command: process.execPath,
    args: ['-e', `const flag = ${JSON.stringify(flag)}, fs = require('node:fs');\n${script}`],
    env: { ...process.env, [MARK]: home.dir },
    cwd: home.dir,
    ready: async () => existsSync(flag),
    readyWithinMs: 20_000,
    stop: [
      { signal: 'SIGTERM', afterMs: 0 },
      { signal: 'SIGKILL', afterMs: 20_000 },
    ],
    ...change,
  };
}

const SERVE = `fs.writeFileSync(flag, ''); setInterval(() => {}, 1000);`;
const stateOf = (name: string) => readState(home.stateFile).children[name];
const logOf = (name: string): string => readFileSync(path.join(home.logsDir, `${name}.log`), 'utf8');

it('starts a child and writes down which process it is', async () => {
  await supervisor.start(scripted('one', SERVE, { address: 'here' }));
  const state = stateOf('one');
  expect(state).toMatchObject({ status: 'ready', restarts: 0, address: 'here' });
  expect(state?.process && isAlive(state.process)).toBe(true);
});

it('starts a child again when it dies', async () => {
  await supervisor.start(scripted('one', SERVE));
  const first = stateOf('one')?.process;
  process.kill(first?.pid ?? 0, 'SIGKILL');
  await vi.waitFor(() => expect(stateOf('one')).toMatchObject({ status: 'ready', restarts: 1 }), 10_000);
  expect(stateOf('one')?.process?.pid).not.toBe(first?.pid);
  expect(logOf('one')).toContain('one ended with SIGKILL');
});

it('lets nobody be refused at a port that is held while its child starts again', async () => {
  const port = await choosePort('127.0.0.1', undefined, new Set());
  const serve = `const server = require('node:http').createServer((_, response) => response.end(String(process.pid)));
    process.on('message', (_, socket) => { server.emit('connection', socket); socket.resume(); });`;
  await supervisor.start(scripted('one', serve + SERVE, { holds: { host: '127.0.0.1', port } }));
  const ask = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}`, { keepalive: false })).text();
  const first = stateOf('one')?.process;
  expect(await ask()).toBe(String(first?.pid));

  rmSync(path.join(home.dir, 'one.ready'));
  process.kill(first?.pid ?? 0, 'SIGKILL');
  await vi.waitFor(() => expect(stateOf('one')?.status).toBe('backing off'), { timeout: 10_000, interval: 5 });
  const meanwhile = ask();
  await vi.waitFor(() => expect(stateOf('one')).toMatchObject({ status: 'ready', restarts: 1 }), 10_000);
  expect(await meanwhile).toBe(String(stateOf('one')?.process?.pid));
});

it('fails the start of a child whose port is taken', async () => {
  const port = await choosePort('127.0.0.1', undefined, new Set());
  const holds = { host: '127.0.0.1', port };
  const serve = `process.on('message', () => {});${SERVE}`;
  await supervisor.start(scripted('one', serve, { holds }));
  await expect(supervisor.start(scripted('two', serve, { holds }))).rejects.toThrow(`Port ${port} for two cannot be`);
});

it('fails the first start with the last words of a child that dies each time', async () => {
  const start = supervisor.start(scripted('one', `console.error('no such disk'); process.exit(3);`));
  await expect(start).rejects.toThrow(
    'one ended before it was ready (no such disk): see "temper logs one" for the reason.',
  );
});

it('finds the reason among the lines of a crash', async () => {
  const start = supervisor.start(scripted('one', `throw new TypeError('the port is taken');`));
  await expect(start).rejects.toThrow('one ended before it was ready (TypeError: the port is taken): see');
});

it('fails the first start of a child that never gets ready', async () => {
  const start = supervisor.start(scripted('one', 'setInterval(() => {}, 1000);', { readyWithinMs: 300 }));
  await expect(start).rejects.toThrow('one was not ready within 0.3 s');
});

it('fails the first start of a program that does not exist', async () => {
  const start = supervisor.start(scripted('one', '', { command: '/no/such/program' }));
  await expect(start).rejects.toThrow('one ended before it was ready');
  expect(logOf('one')).toContain('could not be started: spawn /no/such/program ENOENT');
});

it('stops children in the reverse order, each after the one before it is gone', async () => {
  const trace = path.join(home.dir, 'trace');
  writeFileSync(trace, '');
  const tracing = (name: string): ChildSpec =>
    scripted(
      name,
      `const note = (what) => fs.appendFileSync(${JSON.stringify(trace)}, what + ' ${name}\\n');
       process.on('SIGTERM', () => { note('asked'); setTimeout(() => { note('ended'); process.exit(); }, 50); });
       ${SERVE}`,
    );
  await supervisor.start(tracing('database'));
  await supervisor.start(tracing('worker'));
  await supervisor.start(tracing('api'));
  await supervisor.stop(patiently, (name) => appendFileSync(trace, `gone ${name}\n`));
  expect(readFileSync(trace, 'utf8').trim().split('\n')).toEqual(
    ['api', 'worker', 'database'].flatMap((name) => [`asked ${name}`, `ended ${name}`, `gone ${name}`]),
  );
  expect(stateOf('api')).toMatchObject({ status: 'stopped' });
  expect(stateOf('api')?.process).toBeUndefined();
});

it('climbs to SIGKILL when a child ignores the request', async () => {
  const stubborn = scripted('one', `process.on('SIGTERM', () => {}); ${SERVE}`, {
    stop: [
      { signal: 'SIGTERM', afterMs: 0 },
      { signal: 'SIGKILL', afterMs: 100 },
    ],
  });
  await supervisor.start(stubborn);
  const running = stateOf('one')?.process;
  await supervisor.stop(patiently);
  expect(running && isAlive(running)).toBe(false);
});

it('kills at once when in a hurry', async () => {
  await supervisor.start(scripted('one', `process.on('SIGTERM', () => {}); ${SERVE}`));
  const running = stateOf('one')?.process;
  await supervisor.stop(AbortSignal.timeout(100));
  expect(running && isAlive(running)).toBe(false);
});

it('does not start a child again while it stops', async () => {
  await supervisor.start(scripted('one', SERVE));
  await supervisor.stop(patiently);
  expect(stateOf('one')).toMatchObject({ status: 'stopped', restarts: 0 });
  await expect(supervisor.start(scripted('two', SERVE))).rejects.toThrow('two was not started');
});

it('keeps pino lines as they are and wraps all others', async () => {
  const line = '{"level":30,"time":1,"name":"one","msg":"hello"}';
  await supervisor.start(scripted('one', `console.log(${JSON.stringify(line)}); console.error('plain'); ${SERVE}`));
  await vi.waitFor(() => expect(logOf('one')).toMatch(/"msg":"plain"/), 10_000);
  expect(logOf('one')).toContain(`${line}\n`);
});

it('ends what a dead supervisor left behind, noted or not, and nothing else', async () => {
  await supervisor.start(scripted('one', SERVE));
  const noted = stateOf('one')?.process;
  // As if the supervisor had died between the start of a child and the note about it.
  const other = new Supervisor(homeAt(path.join(home.dir, 'other')));
  await other.start(scripted('unnoted', SERVE));
  await other.start(scripted('stranger', SERVE, { env: { ...process.env, [MARK]: '/another/home' } }));
  const [unnoted, stranger] = ['unnoted', 'stranger'].map(
    (name) => readState(homeAt(path.join(home.dir, 'other')).stateFile).children[name]?.process,
  );
  const ended = await endOrphans(home);
  expect(ended[0]).toBe('one');
  expect(noted && isAlive(noted)).toBe(false);
  expect(unnoted && isAlive(unnoted)).toBe(false);
  expect(stranger && isAlive(stranger)).toBe(true);
  await other.stop(AbortSignal.abort());
});

it('does not end a process that merely has the number of a dead child', async () => {
  await supervisor.start(scripted('one', SERVE, { env: process.env }));
  const { children } = readState(home.stateFile);
  const one = children['one'];
  if (!one?.process) throw new Error('the child is not noted');
  const reused = { ...one, process: { ...one.process, startedAt: 'an earlier process' } };
  writeFileSync(home.stateFile, JSON.stringify({ children: { one: reused } }));
  expect(await endOrphans(home)).toEqual([]);
  expect(isAlive(one.process)).toBe(true);
});
