#!/usr/bin/env node
// The `temper` command as a checkout has it: what is missing is set up first, then the built program runs.
// Plain JavaScript without dependencies, because it runs before there are any.
import process from 'node:process';
import { setUp, reportAndExit } from '../scripts/setup.mjs';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `temper: Node ${process.versions.node} is too old: install Node 20.19 or newer (https://nodejs.org).\n`,
  );
  process.exit(1);
}

try {
  await setUp('build');
} catch (error) {
  reportAndExit(error);
}
await import('../dist/apps/cli/src/main.js');
