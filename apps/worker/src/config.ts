import { hostname } from 'node:os';
import { z } from 'zod';

const whole = (preset: number, most: number) => z.coerce.number().int().min(0).max(most).default(preset);
const flag = (preset: boolean) => z.stringbool().default(preset);
const url = (preset: string) =>
  z
    .url()
    .default(preset)
    .transform((text) => text.replace(/\/+$/, ''));

const environment = z.object({
  DATABASE_URL: z.string({ error: 'is missing; it is "postgresql://…"' }).min(1),
  TEMPORAL_ADDRESS: z.string().min(1).default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('temper'),
  TEMPER_ENCRYPTION_KEYS: z.string({ error: 'is missing; it is "id:base64 of 32 bytes"' }).min(1),
  TEMPER_API_URL: url('http://127.0.0.1:6385'),
  TEMPER_HOME: z.string().min(1).default('.'),
  TEMPER_CONDUCTOR_HOST: z.string().min(1).default(hostname()),
  TEMPER_CONDUCTOR_GROUP: z
    .string()
    .regex(/^[a-zA-Z0-9_.-]*$/, 'may hold letters, digits, ".", "_" and "-" only')
    .default(''),
  TEMPER_WORKER_HEALTH_BIND: z.string().min(1).default('127.0.0.1'),
  TEMPER_WORKER_HEALTH_PORT: whole(6386, 65_535),
  TEMPER_CALLBACK_TIMEOUT: whole(1_800, 30 * 86_400),
  TEMPER_AUTOMATED_CLEAN: flag(true),
  TEMPER_AGENT_DEBUG: flag(false),
  TEMPER_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

/** Everything the worker is told from outside, read once. */
export interface WorkerConfig {
  readonly databaseUrl: string;
  readonly temporal: { readonly address: string; readonly namespace: string };
  readonly encryptionKeys: string;
  /** Base of the API's URLs, as a booted agent reaches it. */
  readonly apiUrl: string;
  /** Ramdisk logs are kept below it. */
  readonly home: string;
  /** This worker's name, in Ironic's words a conductor's host name. */
  readonly conductor: string;
  /** Whose hardware this worker reaches; empty: nodes without a conductor group. */
  readonly conductorGroup: string;
  readonly health: { readonly host: string; readonly port: number };
  /** Seconds that a wait state may last without a sign of the agent; 0 = for ever (Ironic `deploy_callback_timeout`). */
  readonly callbackTimeoutS: number;
  /** Ironic `[conductor]automated_clean`. */
  readonly automatedClean: boolean;
  /** Agents log in detail (`ipa-debug=1`). */
  readonly agentDebug: boolean;
  readonly logLevel: z.infer<typeof environment>['TEMPER_LOG_LEVEL'];
}

/** The environment does not suit; the message lists every problem, by variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the environment; an empty variable counts as not set.
 * @throws ConfigError with all problems at once, never with a value that may be a secret
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): WorkerConfig {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new ConfigError(`The worker cannot start: ${problems.join('; ')}; correct that and start it again.`);
  }
  const { data } = parsed;
  return Object.freeze({
    databaseUrl: data.DATABASE_URL,
    temporal: { address: data.TEMPORAL_ADDRESS, namespace: data.TEMPORAL_NAMESPACE },
    encryptionKeys: data.TEMPER_ENCRYPTION_KEYS,
    apiUrl: data.TEMPER_API_URL,
    home: data.TEMPER_HOME,
    conductor: data.TEMPER_CONDUCTOR_HOST,
    conductorGroup: data.TEMPER_CONDUCTOR_GROUP,
    health: { host: data.TEMPER_WORKER_HEALTH_BIND, port: data.TEMPER_WORKER_HEALTH_PORT },
    callbackTimeoutS: data.TEMPER_CALLBACK_TIMEOUT,
    automatedClean: data.TEMPER_AUTOMATED_CLEAN,
    agentDebug: data.TEMPER_AGENT_DEBUG,
    logLevel: data.TEMPER_LOG_LEVEL,
  });
}
