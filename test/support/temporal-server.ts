import { TestWorkflowEnvironment } from '@temporalio/testing';
import { defaultCacheDir } from '../../apps/cli/src/home.js';
import { prepareTemporal } from '../../apps/cli/src/temporal/program.js';

/**
 * A real Temporal server (the development server of the CLI) on a free port, for what the time-skipping one cannot
 * show: retries by the server's clock, heartbeats, deaths of workers. The caller tears it down.
 *
 * @returns the environment, or the sentence that says which package is missing
 */
export async function startTemporal(): Promise<TestWorkflowEnvironment | string> {
  let path: string;
  try {
    path = await prepareTemporal(defaultCacheDir(process.env, process.getuid?.() === 0));
  } catch (error) {
    return `needs the temporal CLI 1.5.1 or newer (${error instanceof Error ? error.message : String(error)})`;
  }
  return TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'existing-path', path }, log: { format: 'pretty', level: 'error' } },
  });
}
