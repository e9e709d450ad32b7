import { accessSync, chmodSync, constants, copyFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { announce, say } from '../announce.js';
import { mustHaveRoom } from '../machine/disk.js';
import { run } from '../machine/run.js';
import { blockedBy, type RunUser } from '../machine/run-user.js';
import { messageOf, Problem } from '../problem.js';
import { download } from './download.js';
import { goInstall } from './go-install.js';
import { isNewEnough, OLDEST_CLI, parseCliVersion } from './version.js';

/** A way to a `temporal` program: puts one into the folder. @throws an error whose message says why it is closed */
export interface TemporalSource {
  readonly title: string;
  readonly expect: string;
  readonly fetch: (folder: string) => Promise<string>;
}

const sources: readonly TemporalSource[] = [
  { title: 'Downloading Temporal', expect: 'about 20 seconds, 60 MB', fetch: download },
  { title: 'Building Temporal with Go', expect: '2-6 minutes, 250 MB', fetch: goInstall },
];

/**
 * The `temporal` program: a new enough one on PATH, else the cached one, else one that is downloaded or built now and
 * kept in the cache.
 *
 * @param user who will run it, if not this process's user
 * @throws Problem when every way is closed, with the reasons
 */
export async function prepareTemporal(
  cacheDir: string,
  user?: RunUser,
  env: NodeJS.ProcessEnv = process.env,
  ways: readonly TemporalSource[] = sources,
): Promise<string> {
  const cached = path.join(cacheDir, 'bin', 'temporal');
  const reasons: string[] = [];
  const onPath = findOnPath(env);
  for (const candidate of [onPath, cached]) {
    if (candidate === undefined || !isExecutable(candidate)) continue;
    const reason = await unfit(candidate);
    if (reason) reasons.push(reason);
    else if (!user || !blockedBy(candidate, user)) return candidate;
  }
  if (onPath && user && !(await unfit(onPath))) {
    return await announce('Copying Temporal to where its account can run it', 'a second', async () =>
      keep(onPath, cached),
    );
  }
  mustHaveRoom(cacheDir, 1_500, 'Temporal');
  for (const way of ways) {
    const folder = path.join(cacheDir, `temporal.${process.pid}`);
    try {
      return await announce(way.title, way.expect, async () => {
        mkdirSync(folder, { recursive: true });
        return keep(await way.fetch(folder), cached);
      });
    } catch (error) {
      say(`${way.title}: ${messageOf(error)}`);
      reasons.push(messageOf(error));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  throw new Problem(
    `No Temporal server could be had (${reasons.join('; ')}): install the temporal CLI ${OLDEST_CLI} or newer on PATH, connect this machine to the network for the first start, or set TEMPORAL_ADDRESS.`,
  );
}

/** Why a program cannot be used, or undefined when it can. */
async function unfit(program: string): Promise<string | undefined> {
  const version = parseCliVersion(await run(program, ['--version']).catch(() => ''));
  if (!version) return `${program} does not tell its version`;
  return isNewEnough(version) ? undefined : `${program} is ${version.cli}, too old`;
}

function findOnPath(env: NodeJS.ProcessEnv): string | undefined {
  return (env['PATH'] ?? '')
    .split(path.delimiter)
    .filter(Boolean)
    .map((folder) => path.join(folder, 'temporal'))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Copies into place under the final name only when complete, so that a cached program is a whole one. */
function keep(program: string, target: string): string {
  mkdirSync(path.dirname(target), { recursive: true });
  copyFileSync(program, `${target}.${process.pid}`);
  chmodSync(`${target}.${process.pid}`, 0o755);
  renameSync(`${target}.${process.pid}`, target);
  return target;
}
