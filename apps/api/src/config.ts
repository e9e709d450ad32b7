import { z } from 'zod';

const port = (preset: number) => z.coerce.number().int().min(0).max(65535).default(preset);
const url = (preset: string) =>
  z
    .url()
    .default(preset)
    .transform((text) => text.replace(/\/+$/, ''));

const environment = z.object({
  DATABASE_URL: z.string().min(1, 'is missing'),
  TEMPORAL_ADDRESS: z.string().min(1).default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('temper'),
  TEMPER_ENCRYPTION_KEYS: z.string({ error: 'is missing; it is "id:base64 of 32 bytes"' }).min(1),
  TEMPER_API_BIND: z.string().default('127.0.0.1'),
  TEMPER_API_PORT: port(6385),
  TEMPER_BOOT_BIND: z.string().default('127.0.0.1'),
  TEMPER_BOOT_PORT: port(8089),
  TEMPER_BOOT_CONNECTIONS: z.enum(['own', 'parent']).default('own'),
  TEMPER_BOOT_URL: url('http://127.0.0.1:8089'),
  TEMPER_API_URL: url('http://127.0.0.1:6385'),
  TEMPER_CONDUCTOR_HOST: z.string().min(1).default('localhost'),
  TEMPER_TEMPORAL_UI_URL: z.url().optional(),
  TEMPER_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

/** Where a listener listens. Port 0 takes a free one. */
export interface Listen {
  readonly host: string;
  readonly port: number;
}

/** Everything the API is told from outside, read once. */
export interface ApiConfig {
  readonly databaseUrl: string;
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
  readonly logLevel: z.infer<typeof environment>['TEMPER_LOG_LEVEL'];
}

/** The environment does not suit; the message lists every problem, by variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the environment.
 * @throws ConfigError with all problems at once
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): ApiConfig {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new ConfigError(`The API cannot start. ${problems.join('; ')}.`);
  }
  const { data } = parsed;
  return Object.freeze({
    databaseUrl: data.DATABASE_URL,
    temporal: {
      address: data.TEMPORAL_ADDRESS,
      namespace: data.TEMPORAL_NAMESPACE,
      uiUrl: data.TEMPER_TEMPORAL_UI_URL?.replace(/\/+$/, ''),
    },
    encryptionKeys: data.TEMPER_ENCRYPTION_KEYS,
    api: { host: data.TEMPER_API_BIND, port: data.TEMPER_API_PORT },
    boot: { host: data.TEMPER_BOOT_BIND, port: data.TEMPER_BOOT_PORT },
    bootFromParent: data.TEMPER_BOOT_CONNECTIONS === 'parent',
    bootUrl: data.TEMPER_BOOT_URL,
    apiUrl: data.TEMPER_API_URL,
    conductorHost: data.TEMPER_CONDUCTOR_HOST,
    logLevel: data.TEMPER_LOG_LEVEL,
  });
}
