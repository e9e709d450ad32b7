import { abortable, timeLeft, type Patience } from './patience.js';

/** Thrown to a call whose deadline passed before its turn came. */
export class TurnTimeout extends Error {
  override readonly name = 'TurnTimeout';
}

/** Lets one call at a time through, first come, first served. Many BMCs drop a second request in flight. */
export class Lane {
  #busy = false;
  readonly #waiting: (() => void)[] = [];

  /** Nobody works or waits here. */
  get isIdle(): boolean {
    return !this.#busy;
  }

  /** @throws TurnTimeout, or the reason of an aborted signal, if the turn does not come. */
  async run<T>(patience: Patience, work: () => Promise<T>): Promise<T> {
    await this.#turn(patience);
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#busy = false;
    }
  }

  #turn(patience: Patience): Promise<void> {
    return abortable<void>(patience, (resolve, reject) => {
      if (!this.#busy) {
        this.#busy = true;
        resolve();
        return () => {};
      }
      const take = (): void => resolve();
      this.#waiting.push(take);
      const timer = setTimeout(() => reject(new TurnTimeout('no turn before the deadline')), timeLeft(patience));
      return () => {
        clearTimeout(timer);
        const index = this.#waiting.indexOf(take);
        if (index >= 0) this.#waiting.splice(index, 1);
      };
    });
  }
}
