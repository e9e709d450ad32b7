import { createHmac } from 'node:crypto';
import { codesEqual } from './keys.js';
import type { CipherSuite } from './cipher-suites.js';

/*
 * Session trailer (IPMI 2.0 §13.28.4): pad bytes FF so that the covered range is a multiple of 4 · pad length ·
 * next header 07 · code. Covered: from the authentication type byte (06) to the next-header byte.
 */

const NEXT_HEADER = 0x07;

/** A packet with its trailer; unchanged when the suite has no integrity algorithm. */
export function appendTrailer(suite: CipherSuite, k1: Buffer, packet: Buffer): Buffer {
  if (suite.integrity.hash === undefined) return packet;
  const padLength = (4 - ((packet.length + 2) % 4)) % 4;
  const covered = Buffer.concat([packet, Buffer.alloc(padLength, 0xff), Buffer.from([padLength, NEXT_HEADER])]);
  return Buffer.concat([covered, authenticationCode(suite, k1, covered)]);
}

/**
 * Is the code at the packet's end right? True without an integrity algorithm. The pad is covered by the code and
 * carries nothing, so its bytes are not judged.
 */
export function trailerHolds(suite: CipherSuite, k1: Buffer, packet: Buffer, trailer: Buffer): boolean {
  const { codeLength, hash } = suite.integrity;
  if (hash === undefined) return true;
  if (trailer.length < codeLength + 2) return false;
  const covered = packet.subarray(0, -codeLength);
  return codesEqual(packet.subarray(-codeLength), authenticationCode(suite, k1, covered));
}

function authenticationCode(suite: CipherSuite, k1: Buffer, covered: Buffer): Buffer {
  const { codeLength, hash } = suite.integrity;
  if (hash === undefined) return Buffer.alloc(0);
  return createHmac(hash, k1).update(covered).digest().subarray(0, codeLength);
}
