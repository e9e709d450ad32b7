/** A message ended before a field that it must have. */
export class TruncatedError extends Error {
  override readonly name = 'TruncatedError';
}

/** Reads fields in wire order; multi-byte numbers are little-endian (IPMI 2.0 §1). Never reads past the end. */
export class Reader {
  readonly #data: Buffer;
  #offset = 0;

  constructor(data: Buffer) {
    this.#data = data;
  }

  /** Bytes not yet read. */
  get remaining(): number {
    return this.#data.length - this.#offset;
  }

  /** @throws TruncatedError as every method here does when the data ends too early. */
  u8(): number {
    return this.#data.readUInt8(this.#take(1));
  }

  u16(): number {
    return this.#data.readUInt16LE(this.#take(2));
  }

  u24(): number {
    return this.#data.readUIntLE(this.#take(3), 3);
  }

  u32(): number {
    return this.#data.readUInt32LE(this.#take(4));
  }

  /** The next bytes, not copied. */
  bytes(length: number): Buffer {
    const start = this.#take(length);
    return this.#data.subarray(start, start + length);
  }

  /** All that is left, not copied; may be empty. */
  rest(): Buffer {
    return this.bytes(this.remaining);
  }

  /** Passes over reserved bytes. */
  skip(length: number): this {
    this.#take(length);
    return this;
  }

  #take(length: number): number {
    const start = this.#offset;
    if (this.remaining < length) {
      throw new TruncatedError(`${length} bytes wanted at offset ${start} of ${this.#data.length}`);
    }
    this.#offset += length;
    return start;
  }
}
