import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { homeAt, type Home } from '../../../apps/cli/src/home.js';
import { identify, isAlive } from '../../../apps/cli/src/machine/process-identity.js';
import { readState, type State } from '../../../apps/cli/src/state.js';
import { Api } from './api.js';
import { FleetControl } from './fleet.js';
import { until } from './poll.js';

/** How to start the product. */
export interface ProductOptions {
  /** Simulated machines; default 0. */
  readonly fleet?: number;
  /** Factor on the machines' delays; default 0.1, a boot in less than a second. */
  readonly timeScale?: number;
  /** More environment, such as TEMPER_CALLBACK_TIMEOUT. */
  readonly env?: Readonly<Record<string, string>>;
  /** Port of the boot listener, for machines that are not this product's own; default: a free one. */
  readonly bootPort?: number;
  /** A home of an earlier start, to go on in; by default a new folder. */
  readonly dir?: string;
}

/** Our own programs and the servers, by their name in the supervisor's state file. */
export type ChildName = 'postgres' | 'temporal' | 'fleet' | 'worker' | 'api';

const startWithinS = 120;
/** `temper up` promises 15 s. */
const stopWithinS = 25;
const root = fileURLToPath(new URL('../../..', import.meta.url));
/** Of whoever runs the tests; they would lead the product to real servers or another home. */
const notInherited = /^(DATABASE_URL|TEMPORAL_|TEMPER_|FLEET_|NODE_OPTIONS|VITEST|NODE_ENV)/;

/** `temper up` of the built product as a child process, in a home and on ports of its own. */
export class Product {
  readonly home: Home;
  readonly api: Api;
  readonly fleet: FleetControl;
  readonly temporal: Client;
  /** What the command printed. */
  readonly lines: readonly string[];
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #connection: Connection;

  private constructor(home: Home, command: Command, connection: Connection) {
    this.home = home;
    this.lines = command.lines;
    this.#child = command.child;
    this.#exited = command.exited;
    this.#connection = connection;
    const { urls, ports } = this.state;
    this.api = new Api(urls?.api ?? '');
    this.fleet = new FleetControl(`http://127.0.0.1:${ports['fleetControl']}`);
    this.temporal = new Client({ connection, namespace: 'temper' });
  }

  /** Starts it and waits until it says `ready`. */
  static async start(options: ProductOptions = {}): Promise<Product> {
    const dir = options.dir ?? makeFolder();
    const home = homeAt(path.join(dir, 'home'));
    const command = run(home, options, await portsFor(home, options));
    await until(
      'the product to be ready',
      startWithinS,
      () => {
        if (command.child.exitCode !== null) throw new Error(`temper up ended:\n${command.lines.join('\n')}`);
        return command.lines.find((line) => line.startsWith('ready http://'));
      },
      () => command.lines.join('\n'),
    );
    const { ports } = readState(home.stateFile);
    return new Product(home, command, await Connection.connect({ address: `127.0.0.1:${ports['temporal']}` }));
  }

  /** The folder around the home, for another start in it. */
  get dir(): string {
    return path.dirname(this.home.dir);
  }

  /** What the supervisor has written down last. */
  get state(): State {
    return readState(this.home.stateFile);
  }

  get bootUrl(): string {
    return `http://127.0.0.1:${this.state.ports['boot']}`;
  }

  /** The connection string of the home's database; the account may write, but tests only read. */
  get databaseUrl(): string {
    const password = readFileSync(this.home.postgresPasswordFile, 'utf8').trim();
    return `postgresql://temper:${password}@127.0.0.1:${this.state.ports['postgres']}/temper`;
  }

  /** Reads rows, on a connection that cannot write. */
  async rows(sql: string, values: readonly unknown[] = []): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const client = new pg.Client({
      connectionString: this.databaseUrl,
      options: '-c default_transaction_read_only=on',
    });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql, [...values])).rows;
    } finally {
      await client.end();
    }
  }

  /** The process number of a child, as it runs now. */
  pidOf(name: ChildName): number {
    const child = this.state.children[name]?.process;
    if (!child || !isAlive(child)) throw new Error(`${name} does not run.`);
    return child.pid;
  }

  /** Sends a signal to one child. */
  signal(name: ChildName, signal: NodeJS.Signals): void {
    process.kill(this.pidOf(name), signal);
  }

  /** How often the supervisor has started the child again. */
  restartsOf(name: ChildName): number {
    return this.state.children[name]?.restarts ?? 0;
  }

  /** Kills a child with SIGKILL and waits until it is gone; the supervisor starts it again. */
  async kill(name: ChildName): Promise<void> {
    const victim = identify(this.pidOf(name));
    this.signal(name, 'SIGKILL');
    await until(`${name} to be gone`, 10, () => (victim && isAlive(victim) ? undefined : true));
  }

  /** Waits until a child that was killed serves again. */
  async waitForRestart(name: ChildName, restartsBefore: number): Promise<void> {
    await until(`${name} to serve again`, 60, () => {
      const child = this.state.children[name];
      return child && child.restarts > restartsBefore && child.status === 'ready' ? true : undefined;
    });
  }

  /** Suspends the supervisor, so that what is killed stays away until {@link resumeSupervisor}. */
  suspendSupervisor(): void {
    this.#child.kill('SIGSTOP');
  }

  resumeSupervisor(): void {
    this.#child.kill('SIGCONT');
  }

  /** Stops everything as `temper down` does. The home stays. @returns the exit code */
  async stop(): Promise<number | null> {
    await this.#connection.close();
    this.#child.kill('SIGCONT');
    this.#child.kill('SIGTERM');
    const late = setTimeout(() => this.#child.kill('SIGKILL'), stopWithinS * 1_000);
    await this.#exited;
    clearTimeout(late);
    return this.#child.exitCode;
  }

  /** Stops everything and removes the home. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

interface Command {
  readonly child: ChildProcess;
  readonly lines: readonly string[];
  readonly exited: Promise<unknown>;
}

/** The ports that others know: machines that booted before a restart still ask at the old ones. */
async function portsFor(home: Home, { bootPort }: ProductOptions): Promise<{ api: number; boot: number }> {
  const { ports } = readState(home.stateFile);
  return { api: ports['api'] ?? 0, boot: bootPort ?? ports['boot'] ?? (await freePort()) };
}

function run(
  home: Home,
  { fleet = 0, timeScale = 0.1, env = {} }: ProductOptions,
  ports: { readonly api: number; readonly boot: number },
): Command {
  const inherited = Object.entries(process.env).filter(([name]) => !notInherited.test(name));
  const options = { home: home.dir, port: ports.api, 'boot-port': ports.boot, fleet };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(process.execPath, ['bin/temper.mjs', 'up', ...args], {
    cwd: root,
    env: { ...Object.fromEntries(inherited), FLEET_TIME_SCALE: String(timeScale), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', (line) => lines.push(line));
  return { child, lines, exited: once(child, 'exit') };
}

/** A new folder in which the servers' account can reach its own. */
export function makeFolder(): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'temper-e2e-'));
  chmodSync(dir, 0o755);
  return dir;
}

/** A TCP port of 127.0.0.1 that nobody uses now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || !address) throw new Error('No port was given.');
  return address.port;
}
