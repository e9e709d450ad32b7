import process from 'node:process';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Runtime, type Worker } from '@temporalio/worker';
import { IpmiClient } from 'ipmi-client';
import { pino, type Logger } from 'pino';
import { ConfigError, startProblem } from '#config/problem.js';
import { openDatabase, type Database } from '#database/client.js';
import { SecretBox } from '#database/secrets.js';
import { ensureReconcileSchedule } from '#temporal-config/reconcile-schedule.js';
import { shownError } from '#domain/shown-error.js';
import { queuedActivities } from './activities.js';
import { ConductorRow } from './conductor.js';
import { readConfig, type WorkerConfig } from './config.js';
import { HealthServer } from './health.js';
import { temporalLogger } from './log.js';
import { untilReached } from './temporal.js';
import { createWorkers } from './workers.js';

/** Runs a worker until SIGTERM or SIGINT, or until it can no longer work. */
async function main(config: WorkerConfig, log: Logger): Promise<void> {
  const secrets = new SecretBox(config.encryptionKeys);
  // The signals are ours: the conductor row is to go offline before anything else.
  Runtime.install({ logger: temporalLogger(log), shutdownSignals: [] });
  const database = openDatabase(config.databaseUrl, { poolSize: config.databasePoolSize });
  const stopping = stopSignal(log);
  const workers: Worker[] = [];
  const health = new HealthServer(() => missing(workers, database));
  log.info({ port: await health.listen(config.health.host, config.health.port) }, 'health listens');

  const row = new ConductorRow(
    database,
    { hostname: config.conductor, conductorGroup: config.conductorGroup, offers: config.offers },
    log,
  );
  const ipmi = new IpmiClient();
  try {
    const connection = await untilReached(`Temporal at ${config.temporal.address}`, log, stopping, () =>
      NativeConnection.connect({ address: config.temporal.address }),
    );
    const clientConnection = Connection.lazy({ address: config.temporal.address });
    const client = new Client({ connection: clientConnection, namespace: config.temporal.namespace });
    workers.push(
      ...(await untilReached(`namespace ${config.temporal.namespace}`, log, stopping, async () => {
        await ensureReconcileSchedule(client);
        return createWorkers({
          connection,
          config,
          activities: queuedActivities({ database, secrets }, client, ipmi, config),
          onUnexpected: (activity, error) => log.error({ activity, error: shownError(error) }, 'unexpected error'),
        });
      })),
    );
    await row.start();
    log.info({ group: config.conductorGroup, pid: process.pid }, 'worker runs');
    await runAll(workers, row, stopping);
    await clientConnection.close();
    await connection.close();
  } catch (error) {
    if (!stopping.aborted) throw error;
  } finally {
    await ipmi.close();
    await database.$disconnect();
    await health.close();
    log.info('worker stopped');
  }
}

/** Runs all workers. When one ends, by the signal or because it broke, the others end too. */
async function runAll(workers: readonly Worker[], row: ConductorRow, stopping: AbortSignal): Promise<void> {
  const stop = (): void => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  const leave = (): void => void row.stop().finally(stop);
  stopping.addEventListener('abort', leave, { once: true });
  if (stopping.aborted) leave();
  const runs = workers.map((worker) => worker.run().finally(stop));
  const failed = (await Promise.allSettled(runs)).find((run) => run.status === 'rejected');
  await row.stop();
  if (failed) throw failed.reason;
}

/** Aborted by the first SIGTERM or SIGINT; a second one has the system's own effect. */
function stopSignal(log: Logger): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.once(name, () => {
      log.info({ signal: name }, 'worker stops');
      controller.abort();
    });
  }
  return controller.signal;
}

/** What this worker still waits for. */
async function missing(workers: readonly Worker[], database: Database): Promise<readonly string[]> {
  const polling = workers.length > 0 && workers.every((worker) => worker.getState() === 'RUNNING');
  const rows = await database.$queryRaw`SELECT 1`.then(
    () => true,
    () => false,
  );
  return [...(polling ? [] : ['Temporal']), ...(rows ? [] : ['database'])];
}

const log = pino({ base: { process: 'worker' } });
try {
  const config = readConfig(process.env);
  log.level = config.logLevel;
  await main(config, log);
  process.exit(0);
} catch (error) {
  if (error instanceof ConfigError) process.stderr.write(`${startProblem('The worker', error)}\n`);
  else log.fatal({ error: shownError(error) }, 'worker failed');
  process.exit(1);
}
