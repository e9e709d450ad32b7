import { spawn } from 'node:child_process';
import type { RunUser } from './run-user.js';

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly user?: RunUser | undefined;
}

/** A program that ended badly, with everything it said. */
export class RunError extends Error {
  readonly output: string;

  constructor(message: string, output: string) {
    super(message);
    this.output = output;
  }
}

/** Runs a program to its end. @returns what it wrote to stdout and stderr @throws RunError when it failed */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { user, ...rest } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...rest,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(user && { uid: user.uid, gid: user.gid }),
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', (error) => reject(new RunError(`${command} could not be started: ${error.message}`, output)));
    child.once('close', (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new RunError(`${command} ended with ${signal ?? `code ${code}`}`, output));
    });
  });
}
