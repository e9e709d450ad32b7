import { randomBytes } from 'node:crypto';
import type { CipherSuite } from '../crypto/cipher-suites.js';
import { decryptPayload, encryptPayload } from '../crypto/confidentiality.js';
import { appendTrailer, trailerHolds } from '../crypto/integrity.js';
import type { SessionKeys } from '../crypto/keys.js';
import { unwrapRmcp, wrapRmcp } from '../wire/rmcp.js';
import { decodeSessionPacket, encodeSessionPacket, PAYLOAD } from '../wire/session-header.js';
import { SequenceCounter, SequenceWindow } from './sequence.js';

/** What two sides agreed on. */
export interface SessionParameters {
  suite: CipherSuite;
  keys: SessionKeys;
  /** The id under which packets come in: the console's own, or the BMC's own on its side. */
  ownId: number;
  /** The id that packets to the other side carry. */
  peerId: number;
}

/** The known-answer tests' way in; everything else leaves it out. */
interface Fixtures {
  iv?: () => Buffer;
}

/** One side of an established session: seals and opens datagrams, does no I/O. */
export class Session {
  readonly ownId: number;
  readonly peerId: number;
  readonly #suite: CipherSuite;
  readonly #keys: SessionKeys;
  readonly #newIv: () => Buffer;
  readonly #outbound = new SequenceCounter();
  readonly #inbound = new SequenceWindow();

  constructor({ suite, keys, ownId, peerId }: SessionParameters, fixtures: Fixtures = {}) {
    this.ownId = ownId;
    this.peerId = peerId;
    this.#suite = suite;
    this.#keys = keys;
    this.#newIv = fixtures.iv ?? (() => randomBytes(16));
  }

  /**
   * Encrypts, then authenticates an IPMI message under the next sequence number. A retransmission must be sealed
   * again: the BMC drops a number that it has seen (IPMI 2.0 §6.12.10).
   */
  seal(message: Buffer): Buffer {
    const encrypted = this.#suite.confidentiality === 1;
    const packet = encodeSessionPacket({
      payloadType: PAYLOAD.ipmi,
      encrypted,
      authenticated: this.#suite.integrity.id !== 0,
      sessionId: this.peerId,
      sequence: this.#outbound.next(),
      payload: encrypted ? encryptPayload(this.#keys.k2, this.#newIv(), message) : message,
    });
    return wrapRmcp(appendTrailer(this.#suite, this.#keys.k1, packet));
  }

  /**
   * The IPMI message of a datagram, or undefined unless it is this session's, protected exactly as agreed, authentic
   * and new; only then is anything decrypted.
   * @throws TruncatedError if the datagram is too short for what it says.
   */
  open(datagram: Buffer): Buffer | undefined {
    const bytes = unwrapRmcp(datagram);
    const packet = bytes && decodeSessionPacket(bytes);
    if (bytes === undefined || packet === undefined) return undefined;
    const isOurs = packet.sessionId === this.ownId && packet.payloadType === PAYLOAD.ipmi;
    const asAgreed =
      packet.encrypted === (this.#suite.confidentiality === 1) &&
      packet.authenticated === (this.#suite.integrity.id !== 0);
    if (!isOurs || !asAgreed) return undefined;
    if (!trailerHolds(this.#suite, this.#keys.k1, bytes, packet.trailer)) return undefined;
    if (!this.#inbound.accept(packet.sequence)) return undefined;
    return packet.encrypted ? decryptPayload(this.#keys.k2, packet.payload) : packet.payload;
  }
}
