import path from 'node:path';
import process from 'node:process';
import { run, RunError } from '../machine/run.js';
import { OLDEST_CLI } from './version.js';

const MODULE = 'github.com/temporalio/cli/cmd/temporal';

/**
 * Builds the `temporal` program into the folder with the Go on PATH. 1.5.1 is also the newest that can be built this
 * way: later tags have a replace directive. Go's own caches make an interrupted build resumable.
 */
export async function goInstall(folder: string): Promise<string> {
  const named = `-s -w -X github.com/temporalio/cli/temporalcli.Version=${OLDEST_CLI}`;
  try {
    await run('go', ['install', '-ldflags', named, `${MODULE}@v${OLDEST_CLI}`], {
      cwd: folder,
      env: { ...process.env, GOBIN: folder, GOFLAGS: '', CGO_ENABLED: '0' },
    });
    return path.join(folder, 'temporal');
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    throw new Error(reason(error), { cause: error });
  }
}

function reason(error: RunError): string {
  if (error.message.includes('ENOENT')) return 'Go is not installed to build one';
  if (/dial tcp|no such host|i\/o timeout|connection refused/.test(error.output)) {
    return "Go's module proxy is out of reach to build one";
  }
  return `building one with Go failed: ${error.output.trim().split('\n').at(-1) ?? ''}`;
}
