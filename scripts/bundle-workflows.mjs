// Bundles the workflows once, so that a worker starts in 0.4 s instead of 2 s and with 100 MB less.
import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

const dist = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), 'dist');
const errors = [];
const logger = {
  trace() {},
  debug() {},
  info() {},
  warn(message) {
    errors.push(message);
  },
  error(message) {
    errors.push(message);
  },
  log() {},
};

try {
  const { code } = await bundleWorkflowCode({ workflowsPath: path.join(dist, 'workflows/index.js'), logger });
  const target = path.join(dist, 'workflow-bundle.js');
  // Renamed into place: a worker that starts now reads the old bundle or the new one, never half of one.
  writeFileSync(`${target}.${process.pid}`, code);
  renameSync(`${target}.${process.pid}`, target);
} catch (error) {
  process.stderr.write(`${errors.join('\n')}\n${error.stack}\n`);
  process.exitCode = 1;
}
