/** Collects fields in wire order; multi-byte numbers are little-endian (IPMI 2.0 §1). */
export class Writer {
  readonly #parts: Buffer[] = [];

  u8(...values: number[]): this {
    this.#parts.push(Buffer.from(values));
    return this;
  }

  u16(value: number): this {
    const part = Buffer.alloc(2);
    part.writeUInt16LE(value);
    return this.bytes(part);
  }

  u32(value: number): this {
    const part = Buffer.alloc(4);
    part.writeUInt32LE(value);
    return this.bytes(part);
  }

  bytes(value: Buffer): this {
    this.#parts.push(value);
    return this;
  }

  /** Reserved bytes. */
  zeros(length: number): this {
    return this.bytes(Buffer.alloc(length));
  }

  toBuffer(): Buffer {
    return Buffer.concat(this.#parts);
  }
}
