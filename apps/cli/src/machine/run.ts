import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
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

const running = new Set<ChildProcess>();
let ended = false;

/** Runs a program to its end. @returns what it wrote to stdout and stderr @throws RunError when it failed */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  if (ended) return Promise.reject(new RunError(`${command} was not started because everything is stopping`, ''));
  const { user, ...rest } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...rest,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that `endRuns` reaches what the program itself started.
      detached: true,
      ...(user && { uid: user.uid, gid: user.gid }),
    });
    running.add(child);
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', (error) => {
      running.delete(child);
      reject(new RunError(`${command} could not be started: ${error.message}`, output));
    });
    child.once('close', (code, signal) => {
      running.delete(child);
      if (code === 0) resolve(output);
      else reject(new RunError(`${command} ended with ${signal ?? `code ${code}`}`, output));
    });
  });
}

/** Ends all programs that are running, with what they started, and starts no more. They are gone when this resolves. */
export async function endRuns(): Promise<void> {
  ended = true;
  await Promise.all(
    [...running].map(async (child) => {
      const closed = once(child, 'close');
      signalGroup(child, 'SIGTERM');
      const impatience = setTimeout(() => signalGroup(child, 'SIGKILL'), 3_000);
      await closed;
      clearTimeout(impatience);
    }),
  );
}

function signalGroup({ pid }: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, name);
  } catch {
    // It has ended by itself.
  }
}
