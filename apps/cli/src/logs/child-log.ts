import path from 'node:path';
import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import { pino, stdTimeFunctions, type Logger } from 'pino';
import { RotatingFile } from './rotating-file.js';

/** How many of the last lines are kept in memory, to explain a failed start. */
const REMEMBERED = 40;

/** Lines that end a crash without saying anything about it. */
const NOISE = /^$|^at |^\^+$|^Node\.js v|^[{}]/;

/** The log file of one child: its pino lines as they are, everything else wrapped into pino lines. */
export class ChildLog {
  readonly #file: RotatingFile;
  readonly #logger: Logger;
  readonly #last: string[] = [];

  constructor(logsDir: string, name: string) {
    this.#file = new RotatingFile(path.join(logsDir, `${name}.log`));
    this.#logger = pino({ base: { name }, timestamp: stdTimeFunctions.isoTime }, this.#file);
  }

  /** Follows a stream of the child to its end. */
  follow(stream: Readable): void {
    createInterface({ input: stream, crlfDelay: Infinity })
      .on('line', (line) => this.#take(line))
      // The child is gone with its pipe half written; its exit says more.
      .on('error', () => undefined);
  }

  /** A line of the supervisor about this child. */
  note(text: string): void {
    this.#logger.info(text);
  }

  /** The last thing that the child said, for the message about its failed start. */
  lastWords(): string | undefined {
    const said = this.#last.filter((line) => !NOISE.test(line));
    return said.findLast((line) => /^\w*Error\b.*: /.test(line)) ?? said.at(-1);
  }

  close(): void {
    this.#file.close();
  }

  #take(line: string): void {
    const message = pinoMessage(line);
    this.#last.push((message ?? line).trim());
    if (this.#last.length > REMEMBERED) this.#last.shift();
    if (message === undefined) this.#logger.info(line);
    else this.#file.write(`${line}\n`);
  }
}

/** The message of a line that pino wrote, or undefined for any other line. */
export function pinoMessage(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || !('level' in value) || typeof value.level !== 'number')
      return undefined;
    return 'msg' in value ? String(value.msg) : '';
  } catch {
    return undefined;
  }
}
