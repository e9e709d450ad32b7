import { get } from 'node:https';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { baseUrl } from '#config/base-url.js';
import type { UpConfig } from './config.js';
import type { Home } from './home.js';
import type { Ports } from './ports.js';
import type { ChildSpec, StopStep } from './supervisor/child.js';

/** What Temper's own programs are told about the rest; each reads it in its config.ts. */
export interface Connections {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly temporalUiUrl: string | undefined;
  readonly encryptionKeys: string;
}

/** Root of the checkout: this runs from dist/apps/cli/src. */
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../..');

/** The environment that API and worker share: the contract between the supervisor and its programs. */
export function programEnvironment(config: UpConfig, home: Home, ports: Ports, to: Connections): NodeJS.ProcessEnv {
  return {
    ...process.env,
    DATABASE_URL: to.databaseUrl,
    TEMPORAL_ADDRESS: to.temporalAddress,
    TEMPORAL_NAMESPACE: config.namespace,
    TEMPER_ENCRYPTION_KEYS: to.encryptionKeys,
    TEMPER_HOME: home.dir,
    ...(config.file !== undefined && { TEMPER_CONFIG: config.file }),
    TEMPER_LOG_LEVEL: config.logLevel,
    TEMPER_CONDUCTOR_HOST: config.conductorHost,
    TEMPER_API_BIND: config.apiBind,
    TEMPER_API_PORT: String(ports.api),
    TEMPER_API_URL: config.apiUrl ?? baseUrl(config.apiBind, ports.api, { tls: config.apiTls }),
    TEMPER_BOOT_BIND: config.bootBind,
    TEMPER_BOOT_PORT: String(ports.boot),
    TEMPER_BOOT_URL: config.bootUrl ?? baseUrl(config.bootBind, ports.boot),
    TEMPER_WORKER_HEALTH_PORT: String(ports.workerHealth),
    ...(to.temporalUiUrl !== undefined && { TEMPER_TEMPORAL_UI_URL: to.temporalUiUrl }),
  };
}

export function apiProgram(config: UpConfig, home: Home, ports: Ports, env: NodeJS.ProcessEnv): ChildSpec {
  const host = config.apiBind === '0.0.0.0' || config.apiBind === '::' ? '127.0.0.1' : config.apiBind;
  const ownEnv = { ...env, TEMPER_BOOT_CONNECTIONS: 'parent' };
  const spec = program('api', home, ownEnv, baseUrl(host, ports.api, { tls: config.apiTls }), '/readyz', [
    { signal: 'SIGTERM', afterMs: 0 },
    { signal: 'SIGKILL', afterMs: 2_000 },
  ]);
  // Firmware asks once and then boots something else: it must not be refused while the API is started again.
  return { ...spec, holds: { host: config.bootBind, port: ports.boot } };
}

/** Its grace is shorter than in production, because all must be down within 15 s; activities resume. */
export function workerProgram(home: Home, ports: Ports, env: NodeJS.ProcessEnv): ChildSpec {
  return program('worker', home, env, `http://127.0.0.1:${ports.workerHealth}`, '/readyz', [
    { signal: 'SIGTERM', afterMs: 0 },
    { signal: 'SIGKILL', afterMs: 6_500 },
  ]);
}

/** The simulated machines; they know of Temper only what real ones would. */
export function fleetProgram(config: UpConfig, home: Home, ports: Ports): ChildSpec {
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    FLEET_SIZE: String(config.fleet),
    FLEET_HOST: '127.0.0.1',
    FLEET_CONTROL_PORT: String(ports.fleetControl),
    FLEET_BMC_BASE_PORT: String(ports.fleetBmcBase),
    FLEET_BOOT_URL: config.bootUrl ?? baseUrl(config.bootBind, ports.boot),
    FLEET_DATA_DIR: home.fleetDir,
    FLEET_TIME_SCALE: process.env['FLEET_TIME_SCALE'] ?? '1',
  };
  return program('fleet', home, env, `http://127.0.0.1:${ports.fleetControl}`, '/machines', [
    { signal: 'SIGTERM', afterMs: 0 },
    { signal: 'SIGKILL', afterMs: 1_000 },
  ]);
}

/**
 * A page of a thousand nodes with all their fields makes some 20 MB of garbage. Left alone, V8 lets the heap grow to
 * twice and more of what is needed before it looks; these keep the API below 250 MB for a few more collections.
 */
const apiMemory = ['--heap-growing-percent=20', '--max-semi-space-size=4'];

function program(
  name: string,
  home: Home,
  env: NodeJS.ProcessEnv,
  address: string,
  probe: string,
  stop: readonly StopStep[],
): ChildSpec {
  return {
    name,
    command: process.execPath,
    args: ['--enable-source-maps', ...(name === 'api' ? apiMemory : []), mainOf(name)],
    env,
    cwd: home.dir,
    address,
    ready: () => isOk(`${address}${probe}`),
    readyWithinMs: 120_000,
    stop,
  };
}

function mainOf(name: string): string {
  return path.join(root, 'dist', 'apps', name, 'src', 'main.js');
}

async function isOk(url: string): Promise<boolean> {
  if (url.startsWith('https:')) return isOkOverTls(url);
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  await response.arrayBuffer();
  return response.ok;
}

/** Asks only whether our own program serves, by an address that its certificate need not name: so none is checked. */
async function isOkOverTls(url: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    get(url, { rejectUnauthorized: false, agent: false, signal: AbortSignal.timeout(2_000) }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode === 200));
    }).once('error', reject);
  });
}
