const LARGEST = 0xffffffff;

/** Session sequence numbers of one direction: 1 first, 0 skipped when they wrap (IPMI 2.0 §6.12.8). */
export class SequenceCounter {
  #last: number;

  /** `last` is the number used before; 0 for a new session. */
  constructor(last = 0) {
    this.#last = last;
  }

  next(): number {
    this.#last = this.#last === LARGEST ? 1 : this.#last + 1;
    return this.#last;
  }
}

/** How far ahead of the newest number a packet may be, and how far behind (IPMI 2.0 §6.12.10, 6.12.11). */
const AHEAD = 15;
const BEHIND = 16;

/** Accepts each session sequence number once, if it is near the newest one seen. */
export class SequenceWindow {
  #newest: number;
  /** Bit n: newest - n was seen, or lies before the first packet. */
  #seen = 0x1ffff;

  constructor(newest = 0) {
    this.#newest = newest;
  }

  /** True once per number in the window; 0 never. Call only for packets whose integrity holds. */
  accept(sequence: number): boolean {
    if (sequence === 0) return false;
    const ahead = distance(this.#newest, sequence);
    if (ahead > 0 && ahead <= AHEAD) {
      this.#seen = ((this.#seen << ahead) | 1) & 0x1ffff;
      this.#newest = sequence;
      return true;
    }
    const behind = -ahead;
    if (behind < 0 || behind > BEHIND || (this.#seen & (1 << behind)) !== 0) return false;
    this.#seen |= 1 << behind;
    return true;
  }
}

/** Steps from one number to another around the circle of 2^32 - 1 numbers (0 is none of them), as a signed count. */
function distance(from: number, to: number): number {
  let steps = to - from;
  if (steps > LARGEST / 2) steps -= LARGEST;
  if (steps < -LARGEST / 2) steps += LARGEST;
  return steps;
}
