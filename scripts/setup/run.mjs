import { spawn } from 'node:child_process';
import process from 'node:process';
import { SetUpProblem } from './announce.mjs';

/**
 * Runs a program to its end and returns its output; fails with its last lines.
 *
 * @param {string} what a short name for messages, "npm ci"
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{cwd: string, env?: Record<string, string>}} options
 * @returns {Promise<string>}
 */
export function run(what, command, args, { cwd, env = {} }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk) => (output += chunk);
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) =>
      reject(new SetUpProblem(`${what} could not be started (${error.message}): install it, then run this again.`)),
    );
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output);
      else reject(Object.assign(new Error(`${what} ended with ${signal ?? `code ${code}`}:\n${output}`), { output }));
    });
  });
}
