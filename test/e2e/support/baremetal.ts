import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Interface } from 'node:readline';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { PythonPeer } from './python-peer.js';

/** What one call of the client came to. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const outcomeSchema = z.object({ code: z.number(), stdout: z.string(), stderr: z.string() });

/**
 * The `baremetal` command against one server without authentication. All calls run in one process of Python
 * (baremetal-session.py), one after the other.
 */
export class Baremetal {
  readonly url: string;
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: Interface;
  readonly #waiting: ((line: string) => void)[] = [];
  #ended = false;

  constructor(peer: PythonPeer, url: string) {
    this.url = url;
    const session = fileURLToPath(new URL('baremetal-session.py', import.meta.url));
    this.#process = spawn(peer.python, [session], {
      env: peer.environment({ OS_AUTH_TYPE: 'none', OS_ENDPOINT: url }),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#answers = createInterface({ input: this.#process.stdout });
    this.#answers.on('line', (line) => this.#waiting.shift()?.(line));
    this.#answers.on('close', () => {
      this.#ended = true;
      for (const answer of this.#waiting.splice(0)) answer('');
    });
  }

  /** Runs `baremetal <args>`, whatever comes of it. */
  async run(...args: readonly string[]): Promise<Outcome> {
    if (this.#ended) throw new Error('The client has ended.');
    const line = await new Promise<string>((resolve) => {
      this.#waiting.push(resolve);
      this.#process.stdin.write(`${JSON.stringify(args)}\n`);
    });
    if (line === '') throw new Error(`The client ended at: baremetal ${args.join(' ')}`);
    return outcomeSchema.parse(JSON.parse(line));
  }

  /** Names of all its commands, such as `node create`. */
  async commands(): Promise<readonly string[]> {
    const { stdout } = await this.run('complete', '--shell', 'none');
    // Its data for a shell's completion: those with options are commands, the others only begin some.
    const found = [...stdout.matchAll(/cmds_(\w+)='-h/g)].map(([, name = '']) => name.replaceAll('_', ' '));
    return found.filter((name) => name !== 'complete' && name !== 'help');
  }

  /** Ends the process. */
  close(): void {
    this.#process.stdin.end();
  }

  /** Runs a command that must succeed. @returns what it printed as JSON */
  async json(...args: readonly string[]): Promise<unknown> {
    const { code, stdout, stderr } = await this.run(...args, '-f', 'json');
    if (code !== 0) throw new Error(`baremetal ${args.join(' ')} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout);
  }
}
