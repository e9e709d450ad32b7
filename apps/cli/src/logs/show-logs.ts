import { existsSync, openSync, closeSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '../problem.js';
import { formatLogLine } from './format.js';

export interface ShowOptions {
  /** One program; all when absent. */
  readonly name?: string | undefined;
  /** Lines of each program to begin with. */
  readonly lines: number;
  readonly raw: boolean;
  /** Follows what is written until this fires; undefined for only what is there. */
  readonly follow?: AbortSignal | undefined;
}

const LOOK_EVERY_MS = 250;

/** `temper logs`: the last lines of the current log files, and what comes. @throws Problem when there is no such log */
export async function showLogs(logsDir: string, options: ShowOptions, print: (line: string) => void): Promise<void> {
  const tails = logFiles(logsDir, options.name).map((file) => new Tail(file));
  const show = (tail: Tail, lines: readonly string[]): void =>
    lines.forEach((line) => print(options.raw ? line : formatLogLine(tail.program, line)));
  for (const tail of tails) show(tail, tail.readNew().slice(-options.lines));
  while (options.follow && !options.follow.aborted) {
    await delay(LOOK_EVERY_MS, undefined, { signal: options.follow }).catch(() => undefined);
    for (const tail of tails) show(tail, tail.readNew());
  }
}

function logFiles(logsDir: string, name: string | undefined): readonly string[] {
  const names = existsSync(logsDir)
    ? readdirSync(logsDir)
        .filter((file) => /^[^.]+\.log$/.test(file))
        .map((file) => file.slice(0, -'.log'.length))
    : [];
  const wanted = name === undefined ? names : names.filter((each) => each === name);
  if (wanted.length > 0) return wanted.map((each) => path.join(logsDir, `${each}.log`));
  throw new Problem(
    names.length === 0
      ? `There are no logs in ${logsDir} yet: start with "temper up", or name the home with --home.`
      : `There is no log of "${name}": choose from ${names.join(', ')}.`,
  );
}

/** Reads a log file's new lines and notices when it was rotated away. */
class Tail {
  readonly #file: string;
  #inode = 0;
  #position = 0;
  #half = '';

  constructor(file: string) {
    this.#file = file;
  }

  get program(): string {
    return path.basename(this.#file, '.log');
  }

  readNew(): readonly string[] {
    const stat = statSync(this.#file, { throwIfNoEntry: false });
    if (!stat) return [];
    if (stat.ino !== this.#inode) {
      this.#inode = stat.ino;
      this.#position = 0;
    }
    const text = this.#half + this.#readFrom(this.#position, stat.size);
    this.#position = stat.size;
    const lines = text.split('\n');
    this.#half = lines.pop() ?? '';
    return lines;
  }

  #readFrom(start: number, end: number): string {
    if (start === 0) return readFileSync(this.#file).subarray(0, end).toString('utf8');
    const buffer = Buffer.alloc(Math.max(end - start, 0));
    const fd = openSync(this.#file, 'r');
    try {
      readSync(fd, buffer, 0, buffer.length, start);
      return buffer.toString('utf8');
    } finally {
      closeSync(fd);
    }
  }
}
