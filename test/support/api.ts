import { randomBytes } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { pino, type Logger } from 'pino';
import { openDatabase, type Database } from '#database/client.js';
import { SecretBox } from '#database/secrets.js';
import { usualOffers } from '#domain/driver-offers.js';
import type { StartableOperation } from '#temporal-config/operation-starter.js';
import { readConfig } from '../../apps/api/src/config.js';
import { createApi } from '../../apps/api/src/server.js';
import type { ApiDependencies } from '../../apps/api/src/tokens.js';
import { startPostgres } from './postgres.js';

/** An API of a test's own, over a PostgreSQL of its own, without Temporal. */
export interface TestApi {
  readonly url: string;
  readonly app: NestFastifyApplication;
  readonly database: Database;
  readonly secrets: SecretBox;
  /** Operations whose flow the API has asked for, and nodes it has told of a beat. */
  readonly started: readonly StartableOperation[];
  readonly beats: readonly string[];
  /** How often the flow of the allocations was told of new ones. */
  readonly allocationCalls: number;
  /** What the next starts and beats throw; undefined when Temporal is there. */
  temporalError: Error | undefined;
  /** Calls to a node's hardware that the API has asked for, as the flow's type and argument. */
  readonly calls: readonly (readonly [type: string, argument: unknown])[];
  /** What they come to; undefined when Temporal is away. */
  callAnswer: ((argument: unknown) => unknown) | undefined;
  stop(): Promise<void>;
}

/** A worker's row, so that conductor names, drivers and groups are those of Ironic's test server. */
async function addConductor(database: Database): Promise<void> {
  const drivers = Object.keys(usualOffers).sort();
  // Far ahead, since nobody keeps it alive.
  const updatedAt = new Date(Date.now() + 86_400_000);
  await database.conductor.create({ data: { hostname: 'localhost', drivers, interfaces: usualOffers, updatedAt } });
}

/**
 * Starts the API on a free port.
 * @param logger where its log goes, for tests of that
 * @param env options of its own, as environment variables
 */
export async function startTestApi(
  logger: Logger = pino({ level: 'silent' }),
  env: Readonly<Record<string, string>> = {},
): Promise<TestApi> {
  const postgres = await startPostgres();
  const database = openDatabase(postgres.url);
  const keys = `test:${randomBytes(32).toString('base64')}`;
  const started: StartableOperation[] = [];
  const beats: string[] = [];
  const calls: (readonly [string, unknown])[] = [];
  const state: Pick<TestApi, 'temporalError' | 'callAnswer'> & { allocationCalls: number } = {
    temporalError: undefined,
    callAnswer: undefined,
    allocationCalls: 0,
  };
  const secrets = new SecretBox(keys);
  const starter: ApiDependencies['starter'] = {
    async start(operation) {
      if (state.temporalError) throw state.temporalError;
      started.push(operation);
    },
    async allocate() {
      if (state.temporalError) throw state.temporalError;
      state.allocationCalls++;
    },
    async beat(nodeUuid) {
      if (state.temporalError) throw state.temporalError;
      beats.push(nodeUuid);
    },
  };
  const app = await createApi({
    database,
    secrets,
    starter,
    temporal: callsOnly(calls, (argument) => {
      if (!state.callAnswer) throw noTemporal();
      return state.callAnswer(argument);
    }),
    config: readConfig({
      DATABASE_URL: postgres.url,
      TEMPER_ENCRYPTION_KEYS: keys,
      TEMPER_TEMPORAL_UI_URL: 'http://127.0.0.1:8233',
      ...env,
    }),
    logger,
  });
  await addConductor(database);
  await app.listen({ host: '127.0.0.1', port: 0 });
  return Object.assign(state, {
    url: await app.getUrl(),
    app,
    database,
    secrets,
    started,
    beats,
    calls,
    async stop() {
      await app.close();
      await database.$disconnect();
      await postgres.stop();
    },
  });
}

/** As much of a Temporal client as calls to hardware need. */
function callsOnly(
  calls: (readonly [string, unknown])[],
  answer: (argument: unknown) => unknown,
): ApiDependencies['temporal'] {
  const carryOut = async (type: string, { args }: { args: readonly unknown[] }) => {
    const result = answer(args[0]);
    calls.push([type, args[0]]);
    return result;
  };
  // The API uses these two methods of it.
  const workflow = { execute: carryOut, start: carryOut } as unknown as ApiDependencies['temporal']['workflow'];
  return { workflow, withDeadline: async (_deadline, work) => work() };
}

function noTemporal(): Error {
  return Object.assign(new Error('No Temporal in this test.'), { code: 14, details: 'unavailable' });
}
