import { closeSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';

export interface Rotation {
  readonly maxBytes: number;
  /** Files kept besides the current one; the oldest is dropped. */
  readonly keep: number;
}

export const defaultRotation: Rotation = { maxBytes: 10_000_000, keep: 4 };

/** Appends to `x.log` and moves it to `x.1.log`, `x.2.log`, … when it is full. A destination for pino. */
export class RotatingFile {
  readonly #file: string;
  readonly #rotation: Rotation;
  #fd: number | undefined;
  #size = 0;

  constructor(file: string, rotation: Rotation = defaultRotation) {
    this.#file = file;
    this.#rotation = rotation;
    mkdirSync(path.dirname(file), { recursive: true });
  }

  /** Writes whole lines. Never throws: a full disk costs log lines, not the process that logs. */
  write(lines: string): void {
    try {
      this.#open();
      if (this.#size > 0 && this.#size + Buffer.byteLength(lines) > this.#rotation.maxBytes) this.#rotate();
      if (this.#fd !== undefined) this.#size += writeSync(this.#fd, lines);
    } catch {
      this.close();
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #open(): void {
    if (this.#fd !== undefined) return;
    this.#fd = openSync(this.#file, 'a', 0o640);
    this.#size = fstatSync(this.#fd).size;
  }

  #rotate(): void {
    this.close();
    const numbered = (n: number): string => (n === 0 ? this.#file : this.#file.replace(/\.log$/, `.${n}.log`));
    rmSync(numbered(this.#rotation.keep), { force: true });
    for (let n = this.#rotation.keep - 1; n >= 0; n -= 1) {
      try {
        renameSync(numbered(n), numbered(n + 1));
      } catch {
        // Not so many files yet.
      }
    }
    this.#open();
  }
}
