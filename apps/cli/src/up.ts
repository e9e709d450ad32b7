import { chmodSync, mkdirSync } from 'node:fs';
import process from 'node:process';
import { Connection } from '@temporalio/client';
import { baseUrl } from '#config/base-url.js';
import { applyMigrations } from '#database/migrate.js';
import { ensureNamespace } from '#temporal-config/namespace.js';
import { ensureSearchAttributes } from '#temporal-config/search-attributes.js';
import { apiProgram, fleetProgram, programEnvironment, workerProgram, type Connections } from './children.js';
import type { UpConfig } from './config.js';
import { encryptionKeys } from './encryption-key.js';
import { mustReachDatabase, mustReachTemporal } from './external.js';
import { homeAt, type Home } from './home.js';
import { holdHome } from './lock.js';
import { mustHaveRoom } from './machine/disk.js';
import { identify } from './machine/process-identity.js';
import { endRuns } from './machine/run.js';
import { blockedBy, findRunUser, isWritable, type RunUser } from './machine/run-user.js';
import { decidePorts, type Ports } from './ports.js';
import { prepareCluster } from './postgres/cluster.js';
import { preparePostgres } from './postgres/programs.js';
import { Problem } from './problem.js';
import { readState } from './state.js';
import type { ChildSpec } from './supervisor/child.js';
import { endOrphans, MARK } from './supervisor/orphans.js';
import { Supervisor } from './supervisor/supervisor.js';
import { prepareTemporal } from './temporal/program.js';
import { temporalServer } from './temporal/server.js';

/** A running Temper. */
export interface Up {
  readonly apiUrl: string;
  readonly temporalUiUrl: string | undefined;
  readonly fleetUrl: string;
  /** Stops everything in order and says so. Once `hurry` fires, what is left is killed. */
  readonly stop: (hurry: AbortSignal, say: (line: string) => void) => Promise<void>;
}

/** Room for a young database, Temporal's history and logs. */
const HOME_NEEDS_MB = 500;

/**
 * Starts everything and resolves when it serves.
 *
 * @param say takes lines for people about the progress
 * @param interrupt ends an unfinished start
 * @throws Problem, and then nothing is left running
 */
export async function up(config: UpConfig, say: (line: string) => void, interrupt: AbortSignal): Promise<Up> {
  const home = homeAt(config.homeDir);
  const user = prepareHome(config, home);
  const release = holdHome(home.lockFile, home.dir);
  const supervisor = new Supervisor(home);
  try {
    return await Promise.race([startAll(config, home, user, supervisor, release, say), rejectionOn(interrupt)]);
  } catch (error) {
    await endRuns();
    await supervisor.stop(new AbortController().signal);
    release();
    throw error;
  }
}

async function startAll(
  config: UpConfig,
  home: Home,
  user: RunUser | undefined,
  supervisor: Supervisor,
  release: () => void,
  say: (line: string) => void,
): Promise<Up> {
  const ended = await endOrphans(home);
  if (ended.length > 0) say(`ended what an earlier start left behind: ${ended.join(', ')}`);
  const keys = encryptionKeys(config.encryptionKeys, home.encryptionKeyFile, config.databaseUrl !== undefined);
  const ports = await decidePorts(config, readState(home.stateFile).ports);
  supervisor.record({ ports: { ...ports }, supervisor: identify(process.pid) });
  if (!config.bootPortGiven && ports.boot !== config.bootPort)
    say(`boot port ${ports.boot} is used, because ${config.bootPort} was taken`);

  const start = async (spec: ChildSpec): Promise<void> => {
    const began = performance.now();
    await supervisor.start({ ...spec, env: { ...spec.env, [MARK]: home.dir } });
    say(`${spec.name} ready (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  };
  const [databaseUrl, temporal] = await allOf([
    startDatabase(config, home, ports, user, start, say),
    startTemporal(config, home, ports, user, start),
  ]);
  const to: Connections = { databaseUrl, ...temporal, encryptionKeys: keys };
  const env = programEnvironment(config, home, ports, to);
  const programs = [
    ...(config.fleet > 0 ? [fleetProgram(config, home, ports)] : []),
    workerProgram(home, ports, env),
    apiProgram(config, home, ports, env),
  ];
  await allOf(programs.map(start));

  const urls = { api: baseUrl(config.apiBind, ports.api, { tls: config.apiTls }), temporalUi: temporal.temporalUiUrl };
  supervisor.record({ urls });
  return {
    apiUrl: urls.api,
    temporalUiUrl: urls.temporalUi,
    fleetUrl: `http://127.0.0.1:${ports.fleetControl}`,
    stop: async (hurry, sayStopped) => {
      await supervisor.stop(hurry, (name) => sayStopped(`${name} stopped`));
      supervisor.record({ supervisor: undefined });
      release();
    },
  };
}

/** Has the folder and the account for the servers. @throws Problem when the home cannot be used */
function prepareHome(config: UpConfig, home: Home): RunUser | undefined {
  if (!isWritable(home.dir)) {
    throw new Problem(
      `Home ${home.dir} is not writable for this user: choose another with --home, or change its owner.`,
    );
  }
  mustHaveRoom(home.dir, HOME_NEEDS_MB, 'the home');
  mkdirSync(home.dir, { recursive: true, mode: 0o755 });
  const embedded = config.databaseUrl === undefined || config.temporalAddress === undefined;
  const user = embedded ? findRunUser(home.postgresDir) : undefined;
  // The servers' account passes through; their own folders and all secrets are closed for others.
  if (user) chmodSync(home.dir, 0o755);
  for (const [what, folder] of [
    ['Home', home.dir],
    ['Cache', config.cacheDir],
  ] as const) {
    const blocking = user && blockedBy(folder, user);
    if (blocking) {
      throw new Problem(
        `${what} ${folder} cannot be reached by the account "${user.name}", which runs PostgreSQL when Temper is started by root, because ${blocking} is closed to it: ${what === 'Home' ? 'choose another home with --home' : 'set XDG_CACHE_HOME to an open folder'}, or start Temper as an ordinary user.`,
      );
    }
  }
  return user;
}

async function startDatabase(
  config: UpConfig,
  home: Home,
  ports: Ports,
  user: RunUser | undefined,
  start: (spec: ChildSpec) => Promise<void>,
  say: (line: string) => void,
): Promise<string> {
  let url = config.databaseUrl;
  if (url === undefined) {
    const cluster = await prepareCluster(home, await preparePostgres(config.cacheDir), ports.postgres, user);
    await start(cluster.spec);
    url = cluster.databaseUrl;
  } else {
    await mustReachDatabase(url);
  }
  await applyMigrations(url, { onApplied: (name) => say(`migration ${name} applied`) });
  return url;
}

async function startTemporal(
  config: UpConfig,
  home: Home,
  ports: Ports,
  user: RunUser | undefined,
  start: (spec: ChildSpec) => Promise<void>,
): Promise<Pick<Connections, 'temporalAddress' | 'temporalUiUrl'>> {
  const external = config.temporalAddress;
  const temporalAddress = external ?? `127.0.0.1:${ports.temporal}`;
  if (external !== undefined) await mustReachTemporal(external);
  else await start(temporalServer(home, await prepareTemporal(config.cacheDir, user), ports, user));
  const connection = await Connection.connect({ address: temporalAddress });
  try {
    await ensureNamespace(connection, config.namespace);
    await ensureSearchAttributes(connection, config.namespace);
  } finally {
    await connection.close();
  }
  return {
    temporalAddress,
    temporalUiUrl:
      config.temporalUiUrl ?? (external === undefined ? `http://127.0.0.1:${ports.temporalUi}` : undefined),
  };
}

function rejectionOn(interrupt: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(new Problem('Stopped before everything was ready.'));
    if (interrupt.aborted) stop();
    else interrupt.addEventListener('abort', stop, { once: true });
  });
}

/** As Promise.all, but never leaves one behind that still starts something. */
async function allOf<T extends readonly unknown[] | []>(work: T): Promise<{ -readonly [P in keyof T]: Awaited<T[P]> }> {
  await Promise.allSettled(work);
  return await Promise.all(work);
}
