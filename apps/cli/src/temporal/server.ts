import { connect } from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { Connection } from '@temporalio/client';
import { dynamicConfig } from '#temporal-config/dynamic-config.js';
import type { Home } from '../home.js';
import { ensureFolder, type RunUser } from '../machine/run-user.js';
import type { ChildSpec } from '../supervisor/child.js';

/** The embedded Temporal: the CLI's server on SQLite in WAL mode, with its UI. */
export function temporalServer(
  home: Home,
  program: string,
  ports: { readonly temporal: number; readonly temporalUi: number },
  user: RunUser | undefined,
): ChildSpec {
  ensureFolder(home.temporalDir, user);
  const address = `127.0.0.1:${ports.temporal}`;
  return {
    name: 'temporal',
    command: program,
    args: [
      ['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(ports.temporal)],
      ['--ui-port', String(ports.temporalUi), '--db-filename', path.join(home.temporalDir, 'temporal.db')],
      ['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'],
      ['--log-level', 'warn', '--disable-config-file', '--disable-config-env'],
      Object.entries(dynamicConfig).flatMap(([key, value]) => ['--dynamic-config-value', `${key}=${value}`]),
    ].flat(),
    env: { PATH: process.env['PATH'], HOME: home.temporalDir, TZ: 'UTC', TEMPORAL_VERSION_CHECK_DISABLED: '1' },
    cwd: home.temporalDir,
    user,
    address,
    ready: () => isServing(address),
    readyWithinMs: 120_000,
    stop: [
      { signal: 'SIGTERM', afterMs: 0 },
      { signal: 'SIGKILL', afterMs: 2_000 },
    ],
  };
}

/** Whether the services behind the frontend answer. */
async function isServing(address: string): Promise<boolean> {
  // gRPC waits a second after a refused connection, so it is asked only once there is someone to ask.
  if (!(await isListening(address))) return false;
  const connection = await Connection.connect({ address, connectTimeout: '2s' });
  try {
    await connection.workflowService.listNamespaces({ pageSize: 1 });
    return true;
  } finally {
    await connection.close();
  }
}

function isListening(address: string): Promise<boolean> {
  const { hostname, port } = new URL(`tcp://${address}`);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    const answer = (listening: boolean) => (): void => {
      socket.destroy();
      resolve(listening);
    };
    socket.once('connect', answer(true)).once('error', answer(false));
  });
}
