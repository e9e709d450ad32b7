import type { BmcFaults } from './types.js';

/** Sends a simulated BMC's answers the way its faults want: lost, late, twice or in the wrong order. */
export class Answers {
  readonly #faults: () => BmcFaults;
  readonly #timers = new Set<NodeJS.Timeout>();
  #held: (() => void) | undefined;

  constructor(faults: () => BmcFaults) {
    this.#faults = faults;
  }

  send(answer: Buffer, transmit: (answer: Buffer) => void): void {
    const faults = this.#faults();
    if (happens(faults.dropResponses, (left) => (faults.dropResponses = left))) return;
    const { delayMs = 0 } = faults;
    if (delayMs <= 0) return this.#order(answer, transmit);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#order(answer, transmit);
    }, delayMs);
    this.#timers.add(timer);
  }

  /** Nothing is sent any more. */
  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#held = undefined;
  }

  #order(answer: Buffer, transmit: (answer: Buffer) => void): void {
    const { duplicateResponses, reorderResponses } = this.#faults();
    const go = (): void => {
      transmit(answer);
      if (duplicateResponses === true) transmit(answer);
    };
    const earlier = this.#held;
    this.#held = undefined;
    if (reorderResponses === true && !earlier) {
      this.#held = go;
      return;
    }
    go();
    earlier?.();
  }
}

/** Does a fault strike now? A whole number is counted down by `left`, below 1 it is a probability. */
export function happens(fault: number | undefined, left: (count: number) => void): boolean {
  if (fault === undefined || fault <= 0) return false;
  if (fault < 1) return Math.random() < fault;
  left(fault - 1);
  return true;
}
