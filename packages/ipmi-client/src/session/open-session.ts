import type { CipherSuite } from '../crypto/cipher-suites.js';
import { Reader } from '../wire/reader.js';
import { Writer } from '../wire/writer.js';

/** What Open Session asks for (IPMI 2.0 §13.17). */
export interface OpenSessionRequest {
  tag: number;
  consoleSessionId: number;
  suite: CipherSuite;
}

/** The BMC's answer (§13.18); all but the first two fields are missing when it refuses. */
export type OpenSessionResponse =
  | { tag: number; accepted: false; status: number }
  | {
      tag: number;
      accepted: true;
      consoleSessionId: number;
      bmcSessionId: number;
      /** Algorithm numbers. */
      authentication: number;
      integrity: number;
      confidentiality: number;
    };

/*
 * Request: tag · maximum privilege · 0 0 · console session id(4) · three algorithm records of 8 bytes.
 * Record: type(1: 0 authentication, 1 integrity, 2 confidentiality) · 0 0 · length 08 · algorithm · 0 0 0.
 */

/** Asks for exactly one suite, and for the highest privilege that it allows (0). */
export function encodeOpenSessionRequest({ tag, consoleSessionId, suite }: OpenSessionRequest): Buffer {
  const writer = new Writer().u8(tag, 0, 0, 0).u32(consoleSessionId);
  const algorithms = [suite.authentication.id, suite.integrity.id, suite.confidentiality];
  algorithms.forEach((algorithm, type) => writer.u8(type, 0, 0, 8, algorithm, 0, 0, 0));
  return writer.toBuffer();
}

/*
 * Response: tag · status · privilege · 0 · console session id(4) · BMC session id(4) · the three records.
 * A refusal ends after 2 to 8 bytes.
 */

/** @throws TruncatedError if an accepting answer is not whole. */
export function decodeOpenSessionResponse(payload: Buffer): OpenSessionResponse {
  const reader = new Reader(payload);
  const tag = reader.u8();
  const status = reader.u8();
  if (status !== 0) return { tag, accepted: false, status };
  reader.skip(2);
  return {
    tag,
    accepted: true,
    consoleSessionId: reader.u32(),
    bmcSessionId: reader.u32(),
    authentication: algorithm(reader),
    integrity: algorithm(reader),
    confidentiality: algorithm(reader),
  };
}

function algorithm(record: Reader): number {
  const value = record.skip(4).u8() & 0x3f;
  record.skip(3);
  return value;
}
