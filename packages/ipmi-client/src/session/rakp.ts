import { Reader } from '../wire/reader.js';
import { Writer } from '../wire/writer.js';

/** RAKP message 1 (IPMI 2.0 §13.20): tag · 0 0 0 · SIDc(4) · Rm(16) · role · 0 0 · name length · name. */
export interface Rakp1 {
  tag: number;
  bmcSessionId: number;
  consoleRandom: Buffer;
  role: number;
  username: Buffer;
}

/** RAKP message 2 (§13.21): tag · status · 0 0 · SIDm(4) · Rc(16) · GUIDc(16) · code. Cut after SIDm on error. */
export type Rakp2 =
  | { tag: number; status: number; accepted: false }
  | { tag: number; accepted: true; consoleSessionId: number; bmcRandom: Buffer; bmcGuid: Buffer; code: Buffer };

/** RAKP message 3 (§13.22): tag · status · 0 0 · SIDc(4) · code. A status other than 0 ends the log-in. */
export interface Rakp3 {
  tag: number;
  status: number;
  bmcSessionId: number;
  code: Buffer;
}

/** RAKP message 4 (§13.23): tag · status · 0 0 · SIDm(4) · integrity check value. */
export type Rakp4 =
  | { tag: number; status: number; accepted: false }
  | { tag: number; accepted: true; consoleSessionId: number; check: Buffer };

export function encodeRakp1(message: Rakp1): Buffer {
  return new Writer()
    .u8(message.tag, 0, 0, 0)
    .u32(message.bmcSessionId)
    .bytes(message.consoleRandom)
    .u8(message.role, 0, 0, message.username.length)
    .bytes(message.username)
    .toBuffer();
}

/** @throws TruncatedError if an accepting message is not whole. */
export function decodeRakp2(payload: Buffer): Rakp2 {
  const reader = new Reader(payload);
  const tag = reader.u8();
  const status = reader.u8();
  if (status !== 0) return { tag, status, accepted: false };
  reader.skip(2);
  return {
    tag,
    accepted: true,
    consoleSessionId: reader.u32(),
    bmcRandom: reader.bytes(16),
    bmcGuid: reader.bytes(16),
    code: reader.rest(),
  };
}

export function encodeRakp3(message: Rakp3): Buffer {
  return new Writer().u8(message.tag, message.status, 0, 0).u32(message.bmcSessionId).bytes(message.code).toBuffer();
}

/** @throws TruncatedError if an accepting message is not whole. */
export function decodeRakp4(payload: Buffer): Rakp4 {
  const reader = new Reader(payload);
  const tag = reader.u8();
  const status = reader.u8();
  if (status !== 0) return { tag, status, accepted: false };
  reader.skip(2);
  return { tag, accepted: true, consoleSessionId: reader.u32(), check: reader.rest() };
}
