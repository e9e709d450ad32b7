import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { announce } from '../announce.js';
import type { Home } from '../home.js';
import { run, RunError } from '../machine/run.js';
import { ensureFolder, type RunUser } from '../machine/run-user.js';
import { Problem } from '../problem.js';
import type { ChildSpec } from '../supervisor/child.js';
import type { PostgresPrograms } from './programs.js';

/** The role and the database of the embedded PostgreSQL. */
const NAME = 'temper';

/** Longest path of a Unix socket, with room for "/.s.PGSQL.54321" (sockaddr_un on Linux: 108, on macOS: 104). */
const LONGEST_SOCKET_FOLDER = 85;

/** A PostgreSQL of this home's own. */
export interface Cluster {
  readonly spec: ChildSpec;
  /** With the password: for children's environments, never for people. */
  readonly databaseUrl: string;
}

/**
 * Makes the home's database cluster if there is none yet and describes the server that serves it.
 *
 * @throws Problem when the data were made by another major version
 */
export async function prepareCluster(
  home: Home,
  programs: PostgresPrograms,
  port: number,
  user: RunUser | undefined,
): Promise<Cluster> {
  const data = path.join(home.postgresDir, 'data');
  ensureFolder(home.postgresDir, user);
  mustBeOfMajor(data, programs.major);
  if (!existsSync(data)) {
    await announce('Creating the database', 'about 2 seconds', () => initialise(home, data, programs, user));
  }
  const password = readFileSync(home.postgresPasswordFile, 'utf8').trim();
  const databaseUrl = `postgresql://${NAME}:${password}@127.0.0.1:${port}/${NAME}`;
  return {
    databaseUrl,
    spec: {
      name: 'postgres',
      command: programs.postgres,
      args: ['-D', data, '-p', String(port), ...settings(home)],
      env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
      cwd: home.postgresDir,
      user,
      address: `127.0.0.1:${port}`,
      ready: () => answers(databaseUrl),
      readyWithinMs: 120_000,
      // Fast shutdown, then immediate shutdown, which the next start recovers from.
      stop: [
        { signal: 'SIGINT', afterMs: 0 },
        { signal: 'SIGQUIT', afterMs: 2_000 },
        { signal: 'SIGKILL', afterMs: 500 },
      ],
    },
  };
}

function settings(home: Home): readonly string[] {
  const socketFolder = home.postgresDir.length <= LONGEST_SOCKET_FOLDER ? home.postgresDir : '';
  const values = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: socketFolder,
    unix_socket_permissions: '0700',
    max_connections: '200',
    // Compiling short queries costs more than it gains.
    jit: 'off',
    log_line_prefix: '',
    log_timezone: 'UTC',
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function initialise(
  home: Home,
  data: string,
  programs: PostgresPrograms,
  user: RunUser | undefined,
): Promise<void> {
  const password = randomBytes(24).toString('base64url');
  const passwordFile = path.join(home.postgresDir, 'password');
  const partial = `${data}.partial`;
  rmSync(partial, { recursive: true, force: true });
  writeSecret(passwordFile, password, user);
  try {
    await run(
      programs.initdb,
      [
        '-D',
        partial,
        `--username=${NAME}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
      ].concat(['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-instructions']),
      { env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' }, cwd: home.postgresDir, user },
    );
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    throw new Problem(
      `The database could not be created in ${data} (${lastLine(error.output)}): correct that and start again.`,
    );
  } finally {
    rmSync(passwordFile, { force: true });
  }
  writeSecret(home.postgresPasswordFile, password, undefined);
  // Only complete data have the final name: an interrupted start begins again.
  renameSync(partial, data);
}

function mustBeOfMajor(data: string, major: number): void {
  const file = path.join(data, 'PG_VERSION');
  if (!existsSync(file)) return;
  const found = readFileSync(file, 'utf8').trim();
  if (found === String(major)) return;
  throw new Problem(
    `The database in ${data} was made by PostgreSQL ${found} and this Temper brings PostgreSQL ${major}: dump it with the Temper that made it and restore it into a new home, or choose another home with --home.`,
  );
}

/** Whether the server takes queries; makes Temper's database the first time. */
async function answers(databaseUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch (error) {
    // SQLSTATE 3D000: the database does not exist.
    if (error instanceof pg.DatabaseError && error.code === '3D000') await createDatabase(databaseUrl);
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function createDatabase(databaseUrl: string): Promise<void> {
  const maintenance = new URL(databaseUrl);
  maintenance.pathname = '/postgres';
  const client = new pg.Client({ connectionString: maintenance.href });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${NAME}`);
  } finally {
    await client.end();
  }
}

function writeSecret(file: string, secret: string, user: RunUser | undefined): void {
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  if (user) chownSync(file, user.uid, user.gid);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}
