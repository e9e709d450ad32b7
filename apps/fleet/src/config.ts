import { resolve } from 'node:path';
import { z } from 'zod';
import type { FleetOptions } from './fleet.js';

const port = z.coerce.number().int().min(0).max(65_535);

const environmentSchema = z.object({
  FLEET_SIZE: z.coerce.number().int().min(0).max(10_000).default(4),
  FLEET_HOST: z.ipv4().default('127.0.0.1'),
  FLEET_CONTROL_PORT: port.default(0),
  FLEET_BMC_BASE_PORT: port.default(0),
  FLEET_BOOT_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:8089'),
  FLEET_DATA_DIR: z.string().min(1).default('fleet-data'),
  FLEET_TIME_SCALE: z.coerce.number().min(0).default(1),
  FLEET_RETRY_SCALE: z.coerce.number().min(0).default(1),
  FLEET_HEARTBEAT_TIMEOUT: z.coerce.number().positive().optional(),
  FLEET_DISK_GIB: z.coerce.number().positive().default(20),
  FLEET_FIRMWARE: z.enum(['bios', 'uefi']).default('uefi'),
  FLEET_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

/** The fleet process's configuration. */
export interface FleetConfig {
  readonly fleet: Omit<FleetOptions, 'log'>;
  readonly logLevel: string;
}

/**
 * Reads the environment, once; an empty variable counts as unset.
 * @throws an Error that lists every problem.
 */
export function readConfig(environment: NodeJS.ProcessEnv): Readonly<FleetConfig> {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new Error(`The fleet cannot start, correct these variables: ${problems.join('; ')}.`);
  }
  const env = parsed.data;
  return Object.freeze({
    logLevel: env.FLEET_LOG_LEVEL,
    fleet: {
      size: env.FLEET_SIZE,
      host: env.FLEET_HOST,
      controlPort: env.FLEET_CONTROL_PORT,
      bmcBasePort: env.FLEET_BMC_BASE_PORT,
      bootUrl: env.FLEET_BOOT_URL,
      dataDir: resolve(env.FLEET_DATA_DIR),
      timeScale: env.FLEET_TIME_SCALE,
      retryScale: env.FLEET_RETRY_SCALE,
      diskBytes: Math.round(env.FLEET_DISK_GIB * 2 ** 30),
      firmware: env.FLEET_FIRMWARE,
      ...(env.FLEET_HEARTBEAT_TIMEOUT === undefined ? {} : { heartbeatTimeout: env.FLEET_HEARTBEAT_TIMEOUT }),
    },
  });
}
