import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { FleetControl } from './fleet.js';
import { until } from './poll.js';
import { freePort, makeFolder } from './product.js';

/** Machines that stay on when the product stops, as real ones do; those of `temper up --fleet` lose their power. */
export interface FleetProcess {
  readonly control: FleetControl;
  stop(): Promise<void>;
}

/** Starts the built fleet. @param bootUrl the product's boot listener */
export async function startFleet(size: number, bootUrl: string, timeScale: number): Promise<FleetProcess> {
  const dataDir = makeFolder();
  const port = await freePort();
  const main = fileURLToPath(new URL('../../../dist/apps/fleet/src/main.js', import.meta.url));
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env['PATH'],
      FLEET_SIZE: String(size),
      FLEET_CONTROL_PORT: String(port),
      FLEET_BOOT_URL: bootUrl,
      FLEET_DATA_DIR: dataDir,
      FLEET_TIME_SCALE: String(timeScale),
      FLEET_LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const control = new FleetControl(`http://127.0.0.1:${port}`);
  await until('the fleet to answer', 30, async () => {
    if (child.exitCode !== null) throw new Error(`The fleet ended with code ${child.exitCode}.`);
    return control.machines().catch(() => undefined);
  });
  return {
    control,
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
