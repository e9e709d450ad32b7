import { randomBytes, randomInt } from 'node:crypto';
import type { CipherSuite } from '../crypto/cipher-suites.js';
import { codesEqual, rakp2Code, rakp3Code, rakp4Check, sessionKeys } from '../crypto/keys.js';
import type { RakpContext, RakpSecrets, SessionKeys } from '../crypto/keys.js';
import { unwrapRmcp, wrapRmcp } from '../wire/rmcp.js';
import { decodeSessionPacket, encodeSessionless, PAYLOAD } from '../wire/session-header.js';
import { decodeOpenSessionResponse, encodeOpenSessionRequest } from './open-session.js';
import { decodeRakp2, decodeRakp4, encodeRakp1, encodeRakp3 } from './rakp.js';
import { RMCP_STATUS } from './rmcp-status.js';
import { Session } from './session.js';

/** Who logs in, and how. */
export interface HandshakeOptions {
  suite: CipherSuite;
  username: Buffer;
  secrets: RakpSecrets;
  /** Role byte of RAKP 1: privilege in bits 3:0, bit 4 for look-up by name only (IPMI 2.0 §13.20). */
  role: number;
}

/** Fixed randomness for known-answer tests. */
interface Fixtures {
  tag?: number;
  consoleSessionId?: number;
  consoleRandom?: Buffer;
  iv?: () => Buffer;
}

/** Which answer ended a log-in. */
export type HandshakeStage = 'open-session' | 'rakp-2' | 'rakp-4';

/** A log-in that the BMC refused, or whose answer this side refuses. Knows no addresses and no secrets. */
export class HandshakeFailure extends Error {
  override readonly name = 'HandshakeFailure';
  readonly stage: HandshakeStage;
  /**
   * `status`: the BMC refused; `code`: its proof is wrong; `length`: its proof has not the length of the algorithm;
   * `downgrade`: it chose other algorithms.
   */
  readonly reason: 'status' | 'code' | 'length' | 'downgrade';
  /** RMCP+ status; 0 unless `reason` is `status`. */
  readonly status: number;

  constructor(stage: HandshakeStage, reason: HandshakeFailure['reason'], status = 0) {
    super(`${stage} failed: ${reason} ${status}`);
    this.stage = stage;
    this.reason = reason;
    this.status = status;
  }
}

/**
 * The console's side of Open Session and RAKP (IPMI 2.0 §13.17-13.23) without I/O: each message to send, each answer
 * to take. `take…` methods return false for a datagram that is not the awaited answer.
 */
export class Handshake {
  readonly #options: HandshakeOptions;
  readonly #tag: number;
  readonly #consoleSessionId: number;
  readonly #consoleRandom: Buffer;
  readonly #iv: (() => Buffer) | undefined;
  #bmcSessionId = 0;
  #context: RakpContext | undefined;
  #keys: SessionKeys | undefined;

  constructor(options: HandshakeOptions, fixtures: Fixtures = {}) {
    this.#options = options;
    this.#tag = fixtures.tag ?? randomInt(256);
    // Not a fixed id as ipmitool's: two consoles behind one NAT would collide on some BMCs.
    this.#consoleSessionId = fixtures.consoleSessionId ?? randomInt(1, 0xffffffff);
    this.#consoleRandom = fixtures.consoleRandom ?? randomBytes(16);
    this.#iv = fixtures.iv;
  }

  openSession(): Buffer {
    const payload = encodeOpenSessionRequest({
      tag: this.#tagOf(0),
      consoleSessionId: this.#consoleSessionId,
      suite: this.#options.suite,
    });
    return wrapRmcp(encodeSessionless(PAYLOAD.openSessionRequest, payload));
  }

  /** @throws HandshakeFailure if the BMC refuses or chooses other algorithms than the proposed ones. */
  takeOpenSession(datagram: Buffer): boolean {
    const payload = sessionlessPayload(datagram, PAYLOAD.openSessionResponse);
    const response = payload && decodeOpenSessionResponse(payload);
    if (response === undefined || response.tag !== this.#tagOf(0)) return false;
    if (!response.accepted) throw new HandshakeFailure('open-session', 'status', response.status);
    if (response.consoleSessionId !== this.#consoleSessionId) return false;
    this.#bmcSessionId = response.bmcSessionId;
    const { authentication, integrity, confidentiality } = this.#options.suite;
    const asProposed =
      response.authentication === authentication.id &&
      response.integrity === integrity.id &&
      response.confidentiality === confidentiality;
    if (!asProposed) throw new HandshakeFailure('open-session', 'downgrade');
    return true;
  }

  rakp1(): Buffer {
    const payload = encodeRakp1({
      tag: this.#tagOf(1),
      bmcSessionId: this.#bmcSessionId,
      consoleRandom: this.#consoleRandom,
      role: this.#options.role,
      username: this.#options.username,
    });
    return wrapRmcp(encodeSessionless(PAYLOAD.rakp1, payload));
  }

  /** @throws HandshakeFailure if the BMC refuses, or its code shows another password than ours. */
  takeRakp2(datagram: Buffer): boolean {
    const payload = sessionlessPayload(datagram, PAYLOAD.rakp2);
    const message = payload && decodeRakp2(payload);
    if (message === undefined || message.tag !== this.#tagOf(1)) return false;
    if (!message.accepted) throw new HandshakeFailure('rakp-2', 'status', message.status);
    if (message.consoleSessionId !== this.#consoleSessionId) return false;
    const { suite, secrets, role, username } = this.#options;
    const context: RakpContext = {
      consoleSessionId: this.#consoleSessionId,
      bmcSessionId: this.#bmcSessionId,
      consoleRandom: this.#consoleRandom,
      bmcRandom: Buffer.from(message.bmcRandom),
      bmcGuid: Buffer.from(message.bmcGuid),
      role,
      username,
    };
    checkCode('rakp-2', message.code, rakp2Code(suite, context, secrets));
    this.#context = context;
    this.#keys = sessionKeys(suite, context, secrets);
    return true;
  }

  /** Only after {@link takeRakp2} returned true. */
  rakp3(): Buffer {
    const { suite, secrets } = this.#options;
    return this.#rakp3(RMCP_STATUS.ok, rakp3Code(suite, this.#agreed().context, secrets));
  }

  /**
   * A RAKP 3 that ends the log-in, so that the BMC frees the slot at once; undefined before the BMC gave one.
   * @param status what to tell the BMC, e.g. 0Fh after a wrong code.
   */
  abandon(status: number): Buffer | undefined {
    return this.#bmcSessionId === 0 ? undefined : this.#rakp3(status, Buffer.alloc(0));
  }

  /** @throws HandshakeFailure if the BMC refuses, or its check value shows another Kg than ours. */
  takeRakp4(datagram: Buffer): boolean {
    const payload = sessionlessPayload(datagram, PAYLOAD.rakp4);
    const message = payload && decodeRakp4(payload);
    if (message === undefined || message.tag !== this.#tagOf(2)) return false;
    if (!message.accepted) throw new HandshakeFailure('rakp-4', 'status', message.status);
    if (message.consoleSessionId !== this.#consoleSessionId) return false;
    const { context, keys } = this.#agreed();
    checkCode('rakp-4', message.check, rakp4Check(this.#options.suite, context, keys));
    return true;
  }

  /** The session that RAKP 3 asks for; of use before RAKP 4 only to close what the BMC may have opened. */
  session(): Session {
    const parameters = {
      suite: this.#options.suite,
      keys: this.#agreed().keys,
      ownId: this.#consoleSessionId,
      peerId: this.#bmcSessionId,
    };
    return new Session(parameters, this.#iv === undefined ? {} : { iv: this.#iv });
  }

  #rakp3(status: number, code: Buffer): Buffer {
    const payload = encodeRakp3({ tag: this.#tagOf(2), status, bmcSessionId: this.#bmcSessionId, code });
    return wrapRmcp(encodeSessionless(PAYLOAD.rakp3, payload));
  }

  #agreed(): { context: RakpContext; keys: SessionKeys } {
    if (this.#context === undefined || this.#keys === undefined) throw new Error('RAKP 2 has not been taken');
    return { context: this.#context, keys: this.#keys };
  }

  /** Another tag for each message, so that a late answer is not taken for the next one. */
  #tagOf(step: number): number {
    return (this.#tag + step) & 0xff;
  }
}

function checkCode(stage: HandshakeStage, code: Buffer, expected: Buffer): void {
  if (code.length !== expected.length) throw new HandshakeFailure(stage, 'length');
  if (!codesEqual(code, expected)) throw new HandshakeFailure(stage, 'code');
}

function sessionlessPayload(datagram: Buffer, payloadType: number): Buffer | undefined {
  const bytes = unwrapRmcp(datagram);
  const packet = bytes && decodeSessionPacket(bytes);
  return packet?.payloadType === payloadType && packet.sessionId === 0 ? packet.payload : undefined;
}
