/** Network functions (IPMI 2.0 §5.1). */
export const NET_FN = { chassis: 0x00, app: 0x06 } as const;

/** One request and how to read its answer. */
export interface Command<Response> {
  /** The specification's name, for errors. */
  readonly name: string;
  readonly netFn: number;
  readonly code: number;
  readonly data: Buffer;
  /**
   * True: executing it twice leaves the same state as once, so it may be sent again when an answer is lost.
   * False: it is sent once, and a lost answer is an unknown outcome.
   */
  readonly repeatable: boolean;
  /**
   * Reads the bytes after a completion code of 0.
   * @throws TruncatedError if they are too few.
   */
  decode(data: Buffer): Response;
}

/** Decodes answers that carry nothing. */
export function nothing(): void {}
