import { randomBytes, randomInt } from 'node:crypto';
import { PRIVILEGES } from '../commands/session-commands.js';
import { CIPHER_SUITES, type CipherSuite } from '../crypto/cipher-suites.js';
import { codesEqual, rakp2Code, rakp3Code, rakp4Check, sessionKeys } from '../crypto/keys.js';
import type { RakpContext, RakpSecrets } from '../crypto/keys.js';
import { RMCP_STATUS } from '../session/rmcp-status.js';
import { Session } from '../session/session.js';
import type { Caller } from './handlers.js';
import type { BmcFaults, SimulatedUser } from './types.js';

/*
 * The BMC's side of Open Session and RAKP (IPMI 2.0 §13.17-13.23). It reads and builds these messages by offset,
 * apart from the client's codec, so that the two check each other.
 */

/** What this side needs to know. */
export interface BmcIdentity {
  users: readonly SimulatedUser[];
  cipherSuites: readonly number[];
  kg: Buffer | undefined;
  guid: Buffer;
  maxSessions: number;
  sessionIdleMs: number;
}

/** A session or a log-in under way. */
export interface BmcSession extends Caller {
  /** Where its console is. */
  remote: string;
  consoleId: number;
  suite: CipherSuite;
  usedAt: number;
  /** The answer to the newest set-up message, for its retransmissions. */
  lastAnswer: { question: Buffer; answer: Buffer } | undefined;
  login: { context: RakpContext; secrets: RakpSecrets } | undefined;
  /** Undefined until RAKP 3 was right. */
  channel: Session | undefined;
  /** Newest request and its answer: a retransmission, under the same rqSeq, is not executed again. */
  lastRequest: { message: Buffer; response: Buffer } | undefined;
}

/** A log-in that stops half-way loses its slot. */
const HALF_OPEN_MS = 10_000;
const NAME_ONLY = 0x10;

/** All sessions of one simulated BMC. */
export class BmcSessions {
  readonly #identity: BmcIdentity;
  readonly #sessions = new Map<number, BmcSession>();

  constructor(identity: BmcIdentity) {
    this.#identity = identity;
  }

  /** An established session, and marks it as used; undefined if it is unknown, dropped or half-open. */
  active(id: number): (BmcSession & { channel: Session }) | undefined {
    this.#prune();
    const session = this.#sessions.get(id);
    return session && hasChannel(session) ? session : undefined;
  }

  clear(): void {
    this.#sessions.clear();
  }

  /** Open Session. @returns the response's payload; undefined to stay silent. */
  open(request: Buffer, remote: string, faults: BmcFaults): Buffer | undefined {
    if (request.length < 32) return undefined;
    this.#prune();
    const consoleId = request.readUInt32LE(4);
    const repeated = [...this.#sessions.values()].find((one) => one.remote === remote && one.consoleId === consoleId);
    const earlier = repeated && answered(repeated, request);
    if (earlier) return earlier;
    const refuse = (status: number): Buffer => Buffer.concat([head(request, status), request.subarray(4, 8)]);
    if (faults.refuseSessions !== undefined) return refuse(faults.refuseSessions);
    const suite = this.#suite(request, faults);
    if (typeof suite === 'number') return faults.ignoreUnknownCipherSuites === true ? undefined : refuse(suite);
    if (this.#sessions.size >= this.#identity.maxSessions) return refuse(RMCP_STATUS.noFreeSession);
    const session = this.#create(remote, consoleId, suite);
    const ids = Buffer.alloc(8);
    ids.writeUInt32LE(consoleId);
    ids.writeUInt32LE(session.id, 4);
    const algorithms = [suite.authentication.id, suite.integrity.id, suite.confidentiality];
    const records = algorithms.flatMap((algorithm, type) => [type, 0, 0, 8, algorithm, 0, 0, 0]);
    const answer = Buffer.concat([
      Buffer.from([request[0] ?? 0, 0, PRIVILEGES.administrator, 0]),
      ids,
      Buffer.from(records),
    ]);
    session.lastAnswer = { question: Buffer.from(request), answer };
    return answer;
  }

  /** RAKP 1. @returns RAKP 2's payload; undefined to stay silent. */
  rakp1(message: Buffer, faults: BmcFaults): Buffer | undefined {
    if (message.length < 28 || message.length < 28 + (message[27] ?? 0)) return undefined;
    const session = this.#sessions.get(message.readUInt32LE(4));
    if (session === undefined) return Buffer.concat([head(message, RMCP_STATUS.invalidSessionId), Buffer.alloc(4)]);
    const earlier = answered(session, message);
    if (earlier) return earlier;
    const refuse = (status: number): Buffer => {
      this.#sessions.delete(session.id);
      return Buffer.concat([head(message, status), u32(session.consoleId)]);
    };
    const role = message[24] ?? 0;
    const username = Buffer.from(message.subarray(28, 28 + (message[27] ?? 0)));
    const privilege = role & 0x0f;
    if (username.length > 16) return refuse(RMCP_STATUS.invalidNameLength);
    if (privilege < 1 || privilege > PRIVILEGES.administrator) return refuse(RMCP_STATUS.invalidRole);
    const user = this.#user(username.toString(), (role & NAME_ONLY) === 0 ? privilege : undefined);
    if (user === undefined) {
      return faults.ignoreUnknownUsers === true ? undefined : refuse(RMCP_STATUS.unauthorizedName);
    }
    if (privilege > PRIVILEGES[user.privilege]) return refuse(RMCP_STATUS.roleNotAllowed);
    const context: RakpContext = {
      consoleSessionId: session.consoleId,
      bmcSessionId: session.id,
      consoleRandom: Buffer.from(message.subarray(8, 24)),
      bmcRandom: randomBytes(16),
      bmcGuid: this.#identity.guid,
      role,
      username,
    };
    const secrets = { password: Buffer.from(user.password), kg: this.#identity.kg };
    session.user = user.name;
    session.limit = privilege;
    session.login = { context, secrets };
    const code = rakp2Code(session.suite, context, secrets);
    const answer = Buffer.concat([
      head(message, RMCP_STATUS.ok),
      u32(session.consoleId),
      context.bmcRandom,
      context.bmcGuid,
      code,
    ]);
    session.lastAnswer = { question: Buffer.from(message), answer };
    return answer;
  }

  /** RAKP 3. @returns RAKP 4's payload; undefined after a console that gave up. */
  rakp3(message: Buffer): Buffer | undefined {
    if (message.length < 8) return undefined;
    const session = this.#sessions.get(message.readUInt32LE(4));
    if (session?.login === undefined) {
      if (message[1] !== 0) return this.#abandon(session);
      return Buffer.concat([head(message, RMCP_STATUS.invalidSessionId), Buffer.alloc(4)]);
    }
    const earlier = answered(session, message);
    if (earlier) return earlier;
    if (session.channel !== undefined) return undefined;
    if (message[1] !== 0) return this.#abandon(session);
    const { context, secrets } = session.login;
    if (!codesEqual(message.subarray(8), rakp3Code(session.suite, context, secrets))) {
      this.#sessions.delete(session.id);
      return Buffer.concat([head(message, RMCP_STATUS.invalidCheckValue), u32(session.consoleId)]);
    }
    const keys = sessionKeys(session.suite, context, secrets);
    session.channel = new Session({ suite: session.suite, keys, ownId: session.id, peerId: session.consoleId });
    session.usedAt = Date.now();
    const check = rakp4Check(session.suite, context, keys);
    const answer = Buffer.concat([head(message, RMCP_STATUS.ok), u32(session.consoleId), check]);
    session.lastAnswer = { question: Buffer.from(message), answer };
    return answer;
  }

  #abandon(session: BmcSession | undefined): undefined {
    if (session && session.channel === undefined) this.#sessions.delete(session.id);
  }

  #create(remote: string, consoleId: number, suite: CipherSuite): BmcSession {
    let id = randomInt(1, 0xffffffff);
    while (this.#sessions.has(id)) id = randomInt(1, 0xffffffff);
    const session: BmcSession = {
      id,
      remote,
      consoleId,
      suite,
      user: '',
      limit: 0,
      level: PRIVILEGES.user,
      usedAt: Date.now(),
      lastAnswer: undefined,
      login: undefined,
      channel: undefined,
      lastRequest: undefined,
      close: () => this.#sessions.delete(id),
    };
    this.#sessions.set(id, session);
    return session;
  }

  /** The suite that a request proposes, or the status to refuse it with. */
  #suite(request: Buffer, faults: BmcFaults): CipherSuite | number {
    const offered = this.#identity.cipherSuites.flatMap((id) => CIPHER_SUITES.get(id) ?? []);
    const [first] = offered;
    if (faults.downgradeCipherSuite === true && first) return first;
    const [authentication, integrity, confidentiality] = [12, 20, 28].map((offset) => (request[offset] ?? 0) & 0x3f);
    const found = offered.find(
      (suite) =>
        suite.authentication.id === authentication &&
        suite.integrity.id === integrity &&
        suite.confidentiality === confidentiality,
    );
    if (found) return found;
    if (!offered.some((one) => one.authentication.id === authentication)) return RMCP_STATUS.invalidAuthentication;
    if (!offered.some((one) => one.integrity.id === integrity)) return RMCP_STATUS.invalidIntegrity;
    return RMCP_STATUS.noMatchingSuite;
  }

  /** The first user of that name, or of that name and limit. */
  #user(name: string, privilege: number | undefined): SimulatedUser | undefined {
    return this.#identity.users.find(
      (user) => user.name === name && (privilege === undefined || PRIVILEGES[user.privilege] === privilege),
    );
  }

  #prune(): void {
    for (const session of this.#sessions.values()) {
      const limit = session.channel ? this.#identity.sessionIdleMs : HALF_OPEN_MS;
      if (Date.now() - session.usedAt > limit) this.#sessions.delete(session.id);
    }
  }
}

function hasChannel(session: BmcSession): session is BmcSession & { channel: Session } {
  return session.channel !== undefined;
}

/** The answer given before, if this is a retransmission. */
function answered(session: BmcSession, question: Buffer): Buffer | undefined {
  return session.lastAnswer?.question.equals(question) === true ? session.lastAnswer.answer : undefined;
}

/** Tag of the question · status · 0 0. */
function head(question: Buffer, status: number): Buffer {
  return Buffer.from([question[0] ?? 0, status, 0, 0]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
