import { createHmac, randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { unavailable } from '../errors/api-error.js';

/** How many passwords may wait to be checked. One takes some 0.1 s, so more would wait longer than clients do. */
const maxWaiting = 200;

/** How many proven passwords are kept. */
const maxProven = 1_000;

/** bcrypt in a thread of its own, where it delays no other request. A text, because it runs outside of any bundler. */
const checkingThread = `
  const { parentPort, workerData } = require('node:worker_threads');
  const bcrypt = require(workerData.bcrypt);
  parentPort.on('message', ({ id, password, hash }) => {
    let matches = false;
    try { matches = bcrypt.compareSync(password, hash); } catch {}
    parentPort.postMessage({ id, matches });
  });
`;

/**
 * Compares passwords with bcrypt hashes. What matched is remembered, as a digest under a key of this process, until
 * {@link forget}; clients send their password with each request.
 */
export class PasswordChecker {
  readonly #key = randomBytes(32);
  readonly #proven = new Set<string>();
  readonly #running = new Map<string, Promise<boolean>>();
  readonly #answers = new Map<number, { resolve(matches: boolean): void; reject(reason: Error): void }>();
  #thread: Worker | undefined;
  #lastId = 0;
  #era = 0;

  /** @throws ApiError 503 when too many wait already */
  async matches(user: string, password: string, hash: string): Promise<boolean> {
    const digest = createHmac('sha256', this.#key)
      .update(JSON.stringify([user, password, hash]))
      .digest('base64');
    if (this.#proven.has(digest)) return true;
    const same = this.#running.get(digest);
    if (same) return same;
    const era = this.#era;
    const check = this.#compare(password, hash)
      .then((matches) => {
        if (matches && era === this.#era) this.#remember(digest);
        return matches;
      })
      .finally(() => this.#running.delete(digest));
    this.#running.set(digest, check);
    return check;
  }

  /** Forgets all that was proven. */
  forget(): void {
    this.#era++;
    this.#proven.clear();
  }

  async close(): Promise<void> {
    await this.#thread?.terminate();
  }

  #remember(digest: string): void {
    const [oldest] = this.#proven;
    if (this.#proven.size >= maxProven && oldest !== undefined) this.#proven.delete(oldest);
    this.#proven.add(digest);
  }

  async #compare(password: string, hash: string): Promise<boolean> {
    if (this.#answers.size >= maxWaiting) {
      throw unavailable('Too many passwords are being checked at the moment, please retry.');
    }
    const thread = (this.#thread ??= this.#start());
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#answers.set(id, { resolve, reject });
      thread.postMessage({ id, password, hash });
    });
  }

  #start(): Worker {
    const bcrypt = createRequire(import.meta.url).resolve('bcryptjs');
    const thread = new Worker(checkingThread, { eval: true, workerData: { bcrypt } });
    thread.unref();
    thread.on('message', ({ id, matches }: { readonly id: number; readonly matches: boolean }) => {
      this.#answers.get(id)?.resolve(matches);
      this.#answers.delete(id);
    });
    const end = (reason: Error) => {
      this.#thread = undefined;
      for (const answer of this.#answers.values()) answer.reject(reason);
      this.#answers.clear();
    };
    thread.on('error', end);
    thread.on('exit', () => end(new Error('The thread that checks passwords has ended.')));
    return thread;
  }
}
