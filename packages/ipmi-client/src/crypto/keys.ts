import { createHmac, timingSafeEqual } from 'node:crypto';
import type { CipherSuite } from './cipher-suites.js';

/** What RAKP mixes into its codes, each in wire order (IPMI 2.0 §13.31). */
export interface RakpContext {
  consoleSessionId: number;
  bmcSessionId: number;
  /** Rm, 16 bytes. */
  consoleRandom: Buffer;
  /** Rc, 16 bytes. */
  bmcRandom: Buffer;
  /** GUIDc, 16 bytes. */
  bmcGuid: Buffer;
  /** The whole role byte of RAKP 1, bit 4 (name-only look-up) included. */
  role: number;
  username: Buffer;
}

/** The two secrets of a log-in. */
export interface RakpSecrets {
  /** At most 20 bytes (zero-padding to 20 changes no HMAC). */
  password: Buffer;
  /** BMC key; undefined or all zeros: the password takes its place. */
  kg: Buffer | undefined;
}

/** Keys of a session: K1 authenticates packets, the first 16 bytes of K2 encrypt them. */
export interface SessionKeys {
  sik: Buffer;
  k1: Buffer;
  k2: Buffer;
}

/** The BMC's proof that it knows the password: HMAC(Kuid, SIDm SIDc Rm Rc GUIDc role length name). */
export function rakp2Code(suite: CipherSuite, context: RakpContext, secrets: RakpSecrets): Buffer {
  return hmac(suite, secrets.password, rakp2Input(context));
}

/** The console's proof: HMAC(Kuid, Rc SIDm role length name). */
export function rakp3Code(suite: CipherSuite, context: RakpContext, secrets: RakpSecrets): Buffer {
  return hmac(suite, secrets.password, rakp3Input(context));
}

/** The BMC's proof that it knows Kg too: HMAC(SIK, Rm SIDc GUIDc), cut to the algorithm's length. */
export function rakp4Check(suite: CipherSuite, context: RakpContext, keys: SessionKeys): Buffer {
  return hmac(suite, keys.sik, rakp4Input(context)).subarray(0, suite.authentication.checkLength);
}

/** SIK = HMAC(Kg or Kuid, Rm Rc role length name); K1 and K2 = HMAC(SIK, twenty times 01h or 02h), §13.32. */
export function sessionKeys(suite: CipherSuite, context: RakpContext, secrets: RakpSecrets): SessionKeys {
  const kg = secrets.kg?.some((byte) => byte !== 0) ? secrets.kg : secrets.password;
  const sik = hmac(suite, kg, sikInput(context));
  return { sik, k1: hmac(suite, sik, Buffer.alloc(20, 1)), k2: hmac(suite, sik, Buffer.alloc(20, 2)) };
}

/** Compares secrets' codes without telling by its duration where they differ. */
export function codesEqual(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Input of the RAKP 2 code. */
export function rakp2Input(context: RakpContext): Buffer {
  return Buffer.concat([
    u32(context.consoleSessionId),
    u32(context.bmcSessionId),
    context.consoleRandom,
    context.bmcRandom,
    context.bmcGuid,
    roleAndName(context),
  ]);
}

/** Input of the RAKP 3 code. */
export function rakp3Input(context: RakpContext): Buffer {
  return Buffer.concat([context.bmcRandom, u32(context.consoleSessionId), roleAndName(context)]);
}

/** Input of the session integrity key. */
export function sikInput(context: RakpContext): Buffer {
  return Buffer.concat([context.consoleRandom, context.bmcRandom, roleAndName(context)]);
}

/** Input of the RAKP 4 check value. */
export function rakp4Input(context: RakpContext): Buffer {
  return Buffer.concat([context.consoleRandom, u32(context.bmcSessionId), context.bmcGuid]);
}

function roleAndName({ role, username }: RakpContext): Buffer {
  return Buffer.concat([Buffer.from([role, username.length]), username]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** Empty for RAKP-none. */
function hmac(suite: CipherSuite, key: Buffer, input: Buffer): Buffer {
  const { hash } = suite.authentication;
  return hash === undefined ? Buffer.alloc(0) : createHmac(hash, key).update(input).digest();
}
