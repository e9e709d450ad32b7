import path from 'node:path';
import process from 'node:process';
import { loadConfig, type Loaded } from '#config/load.js';
import { ConfigError, sentenceOf } from '#config/problem.js';
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
  readonly config?: string;
}

/** All that `temper up` is told, from options, environment and file; nothing else reads the environment. */
export interface UpConfig {
  readonly homeDir: string;
  /** The file that was read, which API and worker read too. */
  readonly file: string | undefined;
  readonly cacheDir: string;
  readonly apiBind: string;
  readonly apiPort: number;
  /** The API speaks HTTPS. */
  readonly apiTls: boolean;
  /** Anybody may use the API. */
  readonly apiOpen: boolean;
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

/**
 * What the command was told. Options win over the environment, and that over the file.
 * @throws Problem that lists everything that is wrong with all three
 */
export function readConfig(options: UpOptions, env: NodeJS.ProcessEnv = process.env): UpConfig {
  const wrong: string[] = [];
  const number = (name: string, text: string | undefined, max: number): number | undefined => {
    if (text === undefined || text === '') return undefined;
    const value = Number(text);
    if (Number.isInteger(value) && value >= 0 && value <= max) return value;
    wrong.push(`${name} is "${text}" and must be a number from 0 to ${max}`);
    return undefined;
  };
  const isRoot = process.getuid?.() === 0;
  const homeDir = homeDirOf(options.home, env);
  const fleet = number('--fleet', options.fleet, 1_000) ?? 0;
  const apiPort = number('--port', options.port, 65_535);
  const bootPort = number('--boot-port', options.bootPort, 65_535);
  const loaded = loadedOr(wrong, { env, file: options.config, homeDir });
  if (loaded === undefined || wrong.length > 0) throw new Problem(listed(wrong));
  const { api, auth, boot, conductor, database, log, secrets, temporal, tls } = loaded.config;
  return {
    homeDir,
    file: loaded.file === undefined ? undefined : path.resolve(loaded.file),
    cacheDir: defaultCacheDir(env, isRoot),
    apiBind: options.bind ?? api.bind,
    apiPort: apiPort ?? api.port,
    apiTls: tls.cert_file !== undefined,
    apiOpen: auth.strategy === 'noauth',
    bootBind: options.bootBind ?? boot.bind,
    bootPort: bootPort ?? boot.port,
    bootPortGiven: bootPort !== undefined || loaded.origins.get('boot.port')?.kind !== 'default',
    fleet,
    conductorHost: conductor.host,
    logLevel: log.level,
    namespace: temporal.namespace,
    databaseUrl: database.url,
    temporalAddress: temporal.address,
    temporalUiUrl: temporal.ui_url,
    encryptionKeys: secrets.encryption_keys,
    apiUrl: api.url,
    bootUrl: boot.url,
  };
}

/** What was loaded; undefined when there are problems, which are added to the list. */
function loadedOr(wrong: string[], options: Parameters<typeof loadConfig>[0]): Loaded | undefined {
  try {
    return loadConfig(options);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    wrong.push(...error.problems.map((problem) => sentenceOf(problem).replace(/\.$/, '')));
    return undefined;
  }
}

function listed(wrong: readonly string[]): string {
  if (wrong.length === 1) return `${wrong[0]}: correct that and start again.`;
  return [`There are ${wrong.length} problems: correct them and start again.`, ...wrong].join('\n  ');
}
