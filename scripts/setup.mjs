// Brings a checkout to the point where something can run in it, and does nothing where that is already so.
// Plain JavaScript without dependencies. Each step looks at the facts (not at "has this run before"), so a set-up
// that was interrupted goes on where it stopped, and one without work needs neither network nor write access.
//
//   node scripts/setup.mjs [packages | generate | build | test]
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { announce, SetUpProblem } from './setup/announce.mjs';
import { buildIsCurrent, build } from './setup/build.mjs';
import { clientIsCurrent, generateClient } from './setup/prisma-client.mjs';
import { holdingLock } from './setup/lock.mjs';
import { giveToOwner, mustBeWritable } from './setup/owner.mjs';
import { installPackages, packagesAreCurrent } from './setup/packages.mjs';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** The steps in their order; a goal names the last one that it needs. */
const steps = [
  {
    goal: 'packages',
    title: 'Installing packages',
    expect: 'about 1 minute, 500 MB',
    isCurrent: packagesAreCurrent,
    run: installPackages,
    makes: ['node_modules'],
  },
  {
    goal: 'generate',
    title: 'Generating the database client',
    expect: 'about 5 seconds',
    isCurrent: clientIsCurrent,
    run: generateClient,
    makes: ['database/generated', '.setup'],
  },
  {
    goal: 'build',
    title: 'Building',
    expect: 'about 10 seconds',
    isCurrent: buildIsCurrent,
    run: build,
    makes: ['dist', 'packages/ipmi-client/dist', '.setup'],
  },
];

/**
 * Does what is missing up to a goal.
 *
 * @param {'packages' | 'generate' | 'build'} goal
 */
export async function setUp(goal) {
  const needed = steps.slice(0, steps.findIndex((step) => step.goal === goal) + 1);
  if (needed.every((step) => step.isCurrent(root))) return;
  mustBeWritable(root);
  await holdingLock(root, async () => {
    for (const step of needed) {
      // Asked again below the lock: another command may have done it meanwhile.
      if (step.isCurrent(root)) continue;
      await announce(step.title, step.expect, () => step.run(root));
      giveToOwner(root, step.makes);
    }
  });
}

/** Also fetches the PostgreSQL and Temporal programs into the cache, as `temper up` would at its first start. */
export async function setUpServers() {
  const module = path.join(root, 'dist/apps/cli/src/servers.js');
  if (!existsSync(module)) return {};
  const { prepareServers } = await import(pathToFileURL(module).href);
  return await prepareServers();
}

/** One sentence for a problem that has a remedy; everything for one that nobody foresaw. */
export function reportAndExit(error) {
  const foreseen = error instanceof SetUpProblem || error?.name === 'Problem';
  process.stderr.write(`temper: ${foreseen ? error.message : (error?.stack ?? String(error))}\n`);
  process.exit(1);
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const goal = process.argv[2] ?? 'build';
  if (!['packages', 'generate', 'build', 'test'].includes(goal)) {
    process.stderr.write(`temper: set-up knows packages, generate, build and test, not "${goal}".\n`);
    process.exit(2);
  }
  try {
    await setUp(goal === 'test' ? 'build' : goal);
    if (goal === 'test') await setUpServers();
  } catch (error) {
    reportAndExit(error);
  }
}
