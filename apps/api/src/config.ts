import { baseUrl } from '#config/base-url.js';
import { loadConfig, present } from '#config/load.js';
import type { Config } from '#config/schema.js';

/** Where a listener listens. Port 0 takes a free one. */
export interface Listen {
  readonly host: string;
  readonly port: number;
}

/** Everything the API is told from outside, read once. */
export interface ApiConfig {
  readonly databaseUrl: string;
  readonly databasePoolSize: number;
  readonly temporal: {
    readonly address: string;
    readonly namespace: string;
    /** Base of the Temporal UI's URLs, if an operator has one. */
    readonly uiUrl: string | undefined;
  };
  readonly encryptionKeys: string;
  readonly api: Listen;
  readonly boot: Listen;
  /** The parent process holds the boot port and hands over its connections (apps/cli held-port.ts). */
  readonly bootFromParent: boolean;
  /** Base of the boot listener's URLs, as machines reach it. */
  readonly bootUrl: string;
  /** Base of the API's URLs, as a booted agent reaches it. */
  readonly apiUrl: string;
  /** Name shown for a worker where a name is needed and several, or none, are alive. */
  readonly conductorHost: string;
  readonly logLevel: Config['log']['level'];
  /** The rest, in the words of temper.yaml. */
  readonly options: Config;
}

/**
 * Reads file and environment.
 * @throws ConfigError with all problems at once
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): ApiConfig {
  const required = ['database.url', 'secrets.encryption_keys'];
  const { config } = loadConfig({ env, homeDir: env['TEMPER_HOME'] || undefined, required });
  const { api, boot, conductor, database, log, secrets, temporal } = config;
  return Object.freeze({
    databaseUrl: present(database.url),
    databasePoolSize: database.api_pool_size,
    temporal: { address: temporal.address ?? '127.0.0.1:7233', namespace: temporal.namespace, uiUrl: temporal.ui_url },
    encryptionKeys: present(secrets.encryption_keys),
    api: { host: api.bind, port: api.port },
    boot: { host: boot.bind, port: boot.port },
    bootFromParent: env['TEMPER_BOOT_CONNECTIONS'] === 'parent',
    bootUrl: boot.url ?? baseUrl(boot.bind, boot.port),
    apiUrl: api.url ?? baseUrl(api.bind, api.port, { tls: config.tls.cert_file !== undefined }),
    conductorHost: conductor.host,
    logLevel: log.level,
    options: config,
  });
}
