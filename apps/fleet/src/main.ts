import { pino } from 'pino';
import { readConfig } from './config.js';
import { createFleet } from './fleet.js';

// The process of a simulated fleet: starts it, says where it is, and ends it on SIGTERM or SIGINT. Exits 1 when the
// configuration is wrong or something cannot be started.
try {
  const { fleet: options, logLevel } = readConfig(process.env);
  const log = pino({ name: 'fleet', level: logLevel });
  const fleet = await createFleet({ ...options, log });
  log.info({ control: fleet.url, bootUrl: options.bootUrl, machines: fleet.machines.length }, 'fleet started');
  const stop = (signal: NodeJS.Signals): void => {
    log.info({ signal }, 'fleet stops');
    void fleet.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
