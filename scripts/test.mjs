// `npm test`: sets up what is missing, then runs the tests with PostgreSQL and Temporal at hand.
// Arguments go to Vitest: npm test -- apps/cli
import { spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { reportAndExit, root, setUp, setUpServers } from './setup.mjs';

try {
  await setUp('build');
  const { temporal } = await setUpServers();
  // Tests look for `temporal` on PATH, as users have it.
  const searchPath = [temporal && path.dirname(temporal), process.env['PATH']].filter(Boolean).join(path.delimiter);
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
  const tests = spawn(process.execPath, [vitest, 'run', ...process.argv.slice(2)], {
    cwd: root,
    env: { ...process.env, PATH: searchPath },
    stdio: 'inherit',
  });
  tests.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
} catch (error) {
  reportAndExit(error);
}
