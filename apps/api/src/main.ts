import { Client, Connection } from '@temporalio/client';
import { pino } from 'pino';
import { ConfigError, startProblem } from '#config/problem.js';
import { openDatabase } from '#database/client.js';
import { SecretBox } from '#database/secrets.js';
import { shownError } from '#domain/shown-error.js';
import { OperationStarter } from '#temporal-config/operation-starter.js';
import { createBootListener } from './boot/boot-listener.js';
import { takeConnections } from './boot/take-connections.js';
import { readConfig, type ApiConfig } from './config.js';
import { createApi } from './server.js';

/** Below the 5 s in which a client is to hear that the database is away; the longest query takes a tenth of it. */
const queryTimeoutMs = 4_000;

/** Starts the API and the boot listener; resolves when both listen. */
async function main(config: ApiConfig): Promise<void> {
  const logger = pino({ level: config.logLevel, base: { process: 'api' }, serializers: { err: shownError } });
  const database = openDatabase(config.databaseUrl, {
    poolSize: config.databasePoolSize,
    preparedStatements: config.options.database.prepared_statements,
    queryTimeoutMs,
  });
  // Lazy: with Temporal away the API starts and answers, and accepted operations run when it is back.
  const connection = Connection.lazy({ address: config.temporal.address });
  const temporal = new Client({ connection, namespace: config.temporal.namespace });
  const api = await createApi({
    database,
    secrets: new SecretBox(config.encryptionKeys),
    starter: new OperationStarter(temporal, { apiUrl: config.apiUrl }),
    temporal,
    config,
    logger,
  });
  const boot = createBootListener({ database, logger, bootUrl: config.bootUrl, apiUrl: config.apiUrl });
  await api.listen({ host: config.api.host, port: config.api.port });
  logger.info({ url: await api.getUrl() }, 'API listens');
  if (config.bootFromParent) await takeConnections(boot, process);
  else await boot.listen({ host: config.boot.host, port: config.boot.port });
  logger.info({ url: config.bootUrl }, 'boot listener listens');

  let closing = false;
  const close = (signal: string) => {
    if (closing) return;
    closing = true;
    logger.info({ signal }, 'API stops');
    void Promise.all([api.close(), boot.close()])
      .then(() => Promise.all([database.$disconnect(), connection.close()]))
      .then(() => process.exit(0));
  };
  process.once('SIGTERM', close);
  process.once('SIGINT', close);
}

try {
  await main(readConfig(process.env));
} catch (error) {
  process.stderr.write(`${problemOf(error)}\n`);
  // One listener may be there already: without an exit it would keep half an API alive.
  process.exit(1);
}

/** One sentence: what failed and what to do. */
function problemOf(error: unknown): string {
  if (error instanceof ConfigError) return startProblem('The API', error);
  const text = error instanceof Error ? error.message : String(error);
  if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) return text;
  return `The API cannot start (${text}): stop what listens there, or choose another TEMPER_API_PORT or TEMPER_BOOT_PORT.`;
}
