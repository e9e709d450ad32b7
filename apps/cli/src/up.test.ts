import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { homeAt } from './home.js';
import { isAlive, withEnvironment } from './machine/process-identity.js';
import { readState, type State } from './state.js';
import { MARK } from './supervisor/orphans.js';

/** Real PostgreSQL, real Temporal and our own programs, through the command that users type. */
const MINUTE = 60_000;

let dir: string;
const commands: ChildProcess[] = [];

/** The commands run what is built; `npm test` has built it, and then this is quick. */
beforeAll(() => execFileSync(process.execPath, ['scripts/setup.mjs', 'build']), 3 * MINUTE);

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'temper-up-'));
  // The servers' account must pass when this runs as root.
  chmodSync(dir, 0o755);
});

afterEach(async () => {
  for (const child of commands.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  }
  rmSync(dir, { recursive: true });
}, 2 * MINUTE);

interface Command {
  readonly child: ChildProcess;
  readonly lines: readonly string[];
  readonly exited: Promise<number | null>;
}

function temper(...args: string[]): Command {
  const outer = ['DATABASE_URL', 'TEMPORAL_ADDRESS', 'TEMPER_HOME', 'NODE_OPTIONS', MARK];
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !outer.includes(name)));
  const child = spawn(process.execPath, ['dist/apps/cli/src/main.js', ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  commands.push(child);
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', (line) => lines.push(line));
  return { child, lines, exited: once(child, 'close').then(() => child.exitCode) };
}

const up = (home: string, ...more: string[]): Command =>
  temper('up', '--home', home, '--port', '0', '--boot-port', '0', ...more);

async function ready({ lines, child }: Command): Promise<void> {
  await vi.waitFor(
    () => {
      if (child.exitCode !== null) throw new Error(lines.join('\n'));
      expect(lines.join('\n')).toMatch(/^ready http:\/\//m);
    },
    { timeout: 2 * MINUTE, interval: 100 },
  );
}

async function result(command: Command): Promise<{ code: number | null; text: string }> {
  const code = await command.exited;
  return { code, text: command.lines.filter((line) => !line.startsWith('[set-up]')).join('\n') };
}

/** The worker read the file, and the API what the worker then offers. */
async function offersOnlyWhatIsEnabled({ lines }: Command): Promise<void> {
  const url = /^ready (http:\S+)/m.exec(lines.join('\n'))?.[1];
  const response = await fetch(`${url}/v1/drivers`);
  expect(await response.json()).toMatchObject({ drivers: [{ name: 'fake-hardware' }] });
}

const stateOf = (home: string): State => readState(homeAt(home).stateFile);
const processes = (home: string) => Object.values(stateOf(home).children).flatMap(({ process: one }) => one ?? []);

function databaseUrl(home: string): string {
  const password = readFileSync(homeAt(home).postgresPasswordFile, 'utf8').trim();
  return `postgresql://temper:${password}@127.0.0.1:${stateOf(home).ports['postgres']}/temper`;
}

async function query(home: string, sql: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: databaseUrl(home) });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function withTemporal<T>(home: string, work: (client: Client, connection: Connection) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: `127.0.0.1:${stateOf(home).ports['temporal']}` });
  try {
    return await work(new Client({ connection, namespace: 'temper' }), connection);
  } finally {
    await connection.close();
  }
}

it(
  'runs, heals, says how it is, and stops in order',
  async () => {
    const home = path.join(dir, 'home');
    const file = path.join(dir, 'temper.yaml');
    writeFileSync(file, 'drivers:\n  enabled_hardware_types: [fake-hardware]\n');
    const command = up(home, '--config', file);
    await ready(command);
    await registersNamespaceAndAttributes(home);
    await offersOnlyWhatIsEnabled(command);

    expect(await result(temper('status', '--home', home))).toMatchObject({ code: 0 });
    expect(await result(up(home))).toMatchObject({
      code: 1,
      text: expect.stringContaining(`Home ${home} is in use by another temper (process ${command.child.pid})`),
    });
    expect(await result(temper('purge', '--yes', '--home', home))).toMatchObject({
      code: 1,
      text: expect.stringContaining('stop it with "temper down'),
    });

    const { temporal } = stateOf(home).children;
    process.kill(temporal?.process?.pid ?? 0, 'SIGKILL');
    await vi.waitFor(() => expect(stateOf(home).children['temporal']).toMatchObject({ status: 'ready', restarts: 1 }), {
      timeout: 2 * MINUTE,
      interval: 100,
    });

    command.child.kill('SIGTERM');
    expect(await command.exited).toBe(0);
    const stopped = command.lines.flatMap((line) => /^(\w+) stopped$/.exec(line)?.[1] ?? []);
    expect(stopped.slice(0, 2)).toEqual(['api', 'worker']);
    expect(stopped.slice(2).toSorted()).toEqual(['postgres', 'temporal']);
    expect(withEnvironment(MARK, home)).toEqual([]);
    expect(await result(temper('status', '--home', home))).toMatchObject({ code: 3 });
    expect(await result(temper('purge', '--yes', '--home', home))).toEqual({ code: 0, text: `Removed ${home}.` });
    expect(existsSync(home)).toBe(false);
  },
  5 * MINUTE,
);

async function registersNamespaceAndAttributes(home: string): Promise<void> {
  await withTemporal(home, async (_client, { workflowService, operatorService }) => {
    const { config } = await workflowService.describeNamespace({ namespace: 'temper' });
    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 24 * 60 * 60);
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace: 'temper' });
    expect(Object.keys(customAttributes)).toEqual(expect.arrayContaining(['NodeUuid', 'NodeName', 'ConductorGroup']));
  });
}

it(
  'after a kill -9 ends exactly its own children, and goes on with rows and flows',
  async () => {
    const [home, neighbour] = [path.join(dir, 'home'), path.join(dir, 'neighbour')];
    const [first, beside] = [up(home), up(neighbour)];
    await Promise.all([ready(first), ready(beside)]);
    await query(home, 'CREATE TABLE kept (id int); INSERT INTO kept VALUES (7);');
    await withTemporal(home, ({ workflow }) =>
      workflow.start('waiting', { workflowId: 'kept', taskQueue: 'nobody', args: [] }),
    );
    const [ours, theirs] = [processes(home), processes(neighbour)];

    first.child.kill('SIGKILL');
    await first.exited;
    expect(ours.filter(isAlive).length).toBeGreaterThan(0);
    expect((await result(temper('status', '--home', home))).code).toBe(1);
    const portsBefore = stateOf(home).ports;
    const second = up(home);
    await ready(second);

    expect(second.lines.join('\n')).toContain('ended what an earlier start left behind: ');
    expect(ours.filter(isAlive)).toEqual([]);
    expect(theirs.every(isAlive)).toBe(true);
    expect(processes(neighbour)).toEqual(theirs);
    expect({ ...stateOf(home).ports, api: 0 }).toEqual({ ...portsBefore, api: 0 });
    expect(await query(home, 'SELECT id FROM kept')).toEqual([{ id: 7 }]);
    const flow = await withTemporal(home, ({ workflow }) => workflow.getHandle('kept').describe());
    expect(flow.status.name).toBe('RUNNING');

    second.child.kill('SIGKILL');
    await second.exited;
    expect(await result(temper('down', '--home', home))).toMatchObject({
      code: 0,
      text: expect.stringMatching(/^Ended what was left behind/),
    });
    expect(withEnvironment(MARK, home)).toEqual([]);
    expect(await result(temper('down', '--home', neighbour))).toEqual({ code: 0, text: 'Stopped.' });
    expect(theirs.filter(isAlive)).toEqual([]);
  },
  5 * MINUTE,
);

it(
  'leaves nothing behind when it is stopped while it starts',
  async () => {
    const home = path.join(dir, 'home');
    const command = up(home);
    await vi.waitFor(() => expect(command.lines.join('\n')).toContain('starting in'), 2 * MINUTE);
    command.child.kill('SIGINT');
    await command.exited;
    expect(withEnvironment(MARK, home)).toEqual([]);
    expect((await result(temper('status', '--home', home))).code).toBe(3);
  },
  MINUTE,
);
