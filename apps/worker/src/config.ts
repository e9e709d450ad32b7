import { baseUrl } from '#config/base-url.js';
import { loadConfig, present } from '#config/load.js';
import type { Config } from '#config/schema.js';
import { driverConfigOf } from '#config/sections/drivers.js';
import { driverOffers, type DriverOffers } from '#domain/driver-offers.js';
import { fakeDelaysFrom, type FakeDelays } from '#domain/fake-delays.js';
import type { OperationType } from '#domain/operations.js';
import type { PriorityOverrides } from '#domain/steps.js';

/** Everything the worker is told from outside, read once. */
export interface WorkerConfig {
  readonly databaseUrl: string;
  readonly databasePoolSize: number;
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
  /** The drivers and interfaces that it offers. */
  readonly offers: DriverOffers;
  readonly health: { readonly host: string; readonly port: number };
  /** How much it does at once. */
  readonly slots: {
    readonly flows: number;
    readonly cachedFlows: number;
    readonly rows: number;
    readonly hardware: number;
    readonly steps: number;
  };
  /** Seconds that the wait states of an operation may last without a sign of the agent; 0 = for ever. */
  readonly callbackTimeoutS: (type: OperationType) => number;
  /** Ironic `[conductor]automated_clean`. */
  readonly automatedClean: boolean;
  /** Agents log in detail (`ipa-debug=1`). */
  readonly agentDebug: boolean;
  /** Priorities in automated cleaning by step, where an operator wants others. */
  readonly cleanPriorities: PriorityOverrides;
  /** How long the fake interfaces take. */
  readonly fakeDelays: FakeDelays;
  readonly logLevel: Config['log']['level'];
  /** The rest, in the words of temper.yaml. */
  readonly options: Config;
}

/**
 * Reads file and environment.
 * @throws ConfigError with all problems at once, never with a value that may be a secret
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): WorkerConfig {
  const required = ['database.url', 'secrets.encryption_keys'];
  const home = env['TEMPER_HOME'] || undefined;
  const { config } = loadConfig({ env, homeDir: home, required });
  const { agent, api, conductor, database, deploy, drivers, fake, log, secrets, temporal, worker } = config;
  return Object.freeze({
    databaseUrl: present(database.url),
    databasePoolSize: database.worker_pool_size,
    temporal: { address: temporal.address ?? '127.0.0.1:7233', namespace: temporal.namespace },
    encryptionKeys: present(secrets.encryption_keys),
    apiUrl: api.url ?? baseUrl(api.bind, api.port, { tls: config.tls.cert_file !== undefined }),
    home: home ?? '.',
    conductor: conductor.host,
    conductorGroup: conductor.group,
    offers: driverOffers(driverConfigOf(drivers)),
    health: { host: worker.health_bind, port: worker.health_port },
    slots: {
      flows: worker.flow_slots,
      cachedFlows: worker.cached_flows,
      rows: worker.row_slots,
      hardware: worker.hardware_slots,
      steps: worker.step_slots,
    },
    callbackTimeoutS: callbackTimeouts(conductor),
    automatedClean: conductor.automated_clean,
    agentDebug: agent.debug,
    cleanPriorities: cleanPriorities(deploy),
    fakeDelays: fakeDelaysFrom((name) => fake[`${name}_delay`]),
    logLevel: log.level,
    options: config,
  });
}

/** Which time-out of Ironic's is that of an operation; those that wait for an agent in no other state have that of deploys. */
function callbackTimeouts(conductor: Config['conductor']): (type: OperationType) => number {
  const others: Readonly<Partial<Record<OperationType, number>>> = {
    clean: conductor.clean_callback_timeout,
    teardown: conductor.clean_callback_timeout,
    inspect: conductor.inspect_wait_timeout,
    rescue: conductor.rescue_callback_timeout,
    unrescue: conductor.rescue_callback_timeout,
    service: conductor.service_callback_timeout,
  };
  return (type) => others[type] ?? conductor.deploy_callback_timeout;
}

/** By step id; what is named step by step wins (Ironic conductor/steps.py _get_cleaning_steps). */
function cleanPriorities(deploy: Config['deploy']): PriorityOverrides {
  return {
    'deploy.erase_devices': deploy.erase_devices_priority,
    'deploy.erase_devices_metadata': deploy.erase_devices_metadata_priority,
    'raid.delete_configuration': deploy.delete_configuration_priority,
    'raid.create_configuration': deploy.create_configuration_priority,
    ...deploy.clean_step_priority_override,
  };
}
