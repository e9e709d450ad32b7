import { hostname, networkInterfaces } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { NAMESPACE } from '#temporal-config/namespace.js';
import { defaultCacheDir, defaultHomeDir } from './home.js';
import { Problem } from './problem.js';

/** The options of `temper up` and `temper start` as they were typed. */
export interface UpOptions {
  readonly home?: string;
  readonly port?: string;
  readonly bind?: string;
  readonly bootPort?: string;
  readonly bootBind?: string;
  readonly fleet?: string;
}

/** All that `temper up` is told, from options and environment; nothing else reads the environment. */
export interface UpConfig {
  readonly homeDir: string;
  readonly cacheDir: string;
  readonly apiBind: string;
  readonly apiPort: number;
  readonly bootBind: string;
  readonly bootPort: number;
  /** A boot port that was asked for is not replaced when it is taken. */
  readonly bootPortGiven: boolean;
  /** Simulated machines; 0 for none. */
  readonly fleet: number;
  readonly conductorHost: string;
  readonly logLevel: string;
  readonly namespace: string;
  readonly databaseUrl: string | undefined;
  readonly temporalAddress: string | undefined;
  readonly temporalUiUrl: string | undefined;
  readonly encryptionKeys: string | undefined;
  /** What agents and booting machines are told; by default made of the addresses above. */
  readonly apiUrl: string | undefined;
  readonly bootUrl: string | undefined;
}

/** The home that a command means. */
export function homeDirOf(option: string | undefined, env: NodeJS.ProcessEnv = process.env): string {
  return path.resolve(option ?? defaultHomeDir(env, process.getuid?.() === 0));
}

/** @throws Problem that lists everything that is wrong with options and environment */
export function readConfig(options: UpOptions, env: NodeJS.ProcessEnv = process.env): UpConfig {
  const wrong: string[] = [];
  const number = (name: string, text: string | undefined, preset: number, max: number): number => {
    const value = text === undefined || text === '' ? preset : Number(text);
    if (Number.isInteger(value) && value >= 0 && value <= max) return value;
    wrong.push(`${name} is "${text}" and must be a number from 0 to ${max}`);
    return preset;
  };
  const isRoot = process.getuid?.() === 0;
  const apiBind = options.bind ?? env['TEMPER_API_BIND'] ?? '127.0.0.1';
  const bootPort = options.bootPort ?? env['TEMPER_BOOT_PORT'];
  const config: UpConfig = {
    homeDir: homeDirOf(options.home, env),
    cacheDir: defaultCacheDir(env, isRoot),
    apiBind,
    apiPort: number('--port', options.port ?? env['TEMPER_API_PORT'], 6385, 65_535),
    bootBind: options.bootBind ?? env['TEMPER_BOOT_BIND'] ?? '127.0.0.1',
    bootPort: number('--boot-port', bootPort, 8089, 65_535),
    bootPortGiven: bootPort !== undefined && bootPort !== '',
    fleet: number('--fleet', options.fleet, 0, 1_000),
    conductorHost: env['TEMPER_CONDUCTOR_HOST'] || hostname(),
    logLevel: env['TEMPER_LOG_LEVEL'] || 'info',
    namespace: env['TEMPORAL_NAMESPACE'] || NAMESPACE,
    databaseUrl: env['DATABASE_URL'] || undefined,
    temporalAddress: env['TEMPORAL_ADDRESS'] || undefined,
    temporalUiUrl: env['TEMPER_TEMPORAL_UI_URL'] || undefined,
    encryptionKeys: env['TEMPER_ENCRYPTION_KEYS'] || undefined,
    apiUrl: env['TEMPER_API_URL'] || undefined,
    bootUrl: env['TEMPER_BOOT_URL'] || undefined,
  };
  if (wrong.length > 0) throw new Problem(`${wrong.join('; ')}: correct that and start again.`);
  return config;
}

/** `http://host:port` under which other machines reach a listener; a wildcard becomes this machine's first address. */
export function reachableUrl(bind: string, port: number): string {
  const host = bind === '0.0.0.0' || bind === '::' ? (firstExternalAddress() ?? '127.0.0.1') : bind;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function firstExternalAddress(): string | undefined {
  return Object.values(networkInterfaces())
    .flat()
    .find((address) => address && !address.internal && address.family === 'IPv4')?.address;
}
