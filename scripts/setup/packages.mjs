import { readFileSync } from 'node:fs';
import path from 'node:path';
import { SetUpProblem } from './announce.mjs';
import { run } from './run.mjs';

/** Whether node_modules holds what package-lock.json asks for, by npm's own note of what it installed. */
export function packagesAreCurrent(root) {
  const wanted = packagesIn(path.join(root, 'package-lock.json'));
  const present = packagesIn(path.join(root, 'node_modules', '.package-lock.json'));
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([where, entry]) => {
    const found = present[where];
    // Packages for other platforms and unused optional peers are left out by npm.
    if (!found) return !where.startsWith('node_modules/') || entry.optional === true || entry.peer === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** npm's install scripts stay off: none of our packages needs one (PostgreSQL's links are made when it is cached). */
export async function installPackages(root) {
  const args = [
    'ci',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--fetch-retry-mintimeout=2000',
  ];
  try {
    await run('npm', 'npm', args, { cwd: root });
  } catch (error) {
    throw explained(error);
  }
}

const offline = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT)\b/;

function explained(error) {
  const output = error.output ?? '';
  const cause = offline.exec(output)?.[1];
  if (cause) {
    return new SetUpProblem(
      `The packages could not be installed because npm's registry is out of reach (${cause}): ` +
        'connect this machine to the network for the first start (or set npm\'s "proxy") and run the same command again.',
    );
  }
  if (output.includes('ENOSPC')) {
    return new SetUpProblem(
      'The packages could not be installed because the disk is full: free 1 GB and run the same command again.',
    );
  }
  return error;
}
