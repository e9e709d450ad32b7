import { getAuthenticationCapabilities, setSessionPrivilege } from '../commands/session-commands.js';
import type { AuthenticationCapabilities } from '../commands/session-commands.js';
import type { CipherSuite } from '../crypto/cipher-suites.js';
import { IpmiCipherSuiteError } from '../errors.js';
import { Handshake, HandshakeFailure } from '../session/handshake.js';
import { RMCP_STATUS } from '../session/rmcp-status.js';
import { decodeLanResponse, encodeLanRequest } from '../wire/lan-message.js';
import { unwrapRmcp, wrapRmcp } from '../wire/rmcp.js';
import { decodeLegacyPacket, encodeLegacyPacket } from '../wire/session-header.js';
import type { Exchanger } from './exchange.js';
import {
  completionError,
  ignoredSuite,
  ignoredUser,
  loginError,
  noAnswer,
  privilegeRefused,
  tooOld,
} from './explain.js';
import { LiveSession } from './live-session.js';
import { timeLeft, type Patience } from './patience.js';
import type { Target } from './target.js';

/** Silence after so many tries makes it worth asking whether the BMC is alive at all. */
const TRIES_BEFORE_PROBE = 2;
/** Silence after so many more tries, while the BMC is alive, is meant. */
const TRIES_AFTER_PROBE = 3;
/** A BMC that opened the session, and whose RAKP 4 was lost, may not answer RAKP 3 again: start over then. */
const RAKP_3_TRIES = 3;

/** No RAKP 4 came. */
class NoRakp4 extends Error {}

/**
 * Opens a session and raises its privilege: three round trips and one, without Get Channel Cipher Suites before
 * (a BMC that never answers it costs 10 s). The target's suites are tried in order; silence or a refusal moves on.
 * @throws IpmiError, or the reason of an aborted signal. Whatever slot the BMC gave is freed then.
 */
export async function logIn(exchanger: Exchanger, target: Target, patience: Patience): Promise<LiveSession> {
  const [last, ...others] = target.suites.toReversed();
  if (last === undefined) throw new Error('a target has at least one cipher suite');
  for (const suite of others.toReversed()) {
    try {
      return await new LogIn(exchanger, target, suite, patience).run();
    } catch (error) {
      if (!(error instanceof IpmiCipherSuiteError)) throw error;
    }
  }
  return new LogIn(exchanger, target, last, patience).run();
}

/** One log-in with one cipher suite. */
class LogIn {
  readonly #exchanger: Exchanger;
  readonly #target: Target;
  readonly #suite: CipherSuite;
  readonly #patience: Patience;

  constructor(exchanger: Exchanger, target: Target, suite: CipherSuite, patience: Patience) {
    this.#exchanger = exchanger;
    this.#target = target;
    this.#suite = suite;
    this.#patience = patience;
  }

  async run(): Promise<LiveSession> {
    try {
      return await this.#handshake(RAKP_3_TRIES);
    } catch (error) {
      if (!isStale(error) || timeLeft(this.#patience) === 0) throw this.#explain(error);
    }
    try {
      return await this.#handshake(Infinity);
    } catch (error) {
      throw this.#explain(error);
    }
  }

  async #handshake(rakp3Tries: number): Promise<LiveSession> {
    const { username, secrets, role } = this.#target;
    const handshake = new Handshake({ suite: this.#suite, username, secrets, role });
    let live: LiveSession | undefined;
    try {
      await this.#openSession(handshake);
      await this.#proveIdentity(handshake);
      live = new LiveSession(handshake.session(), this.#exchanger);
      await this.#confirm(handshake, rakp3Tries);
      await this.#raisePrivilege(live);
      return live;
    } catch (error) {
      this.#giveUp(handshake, live, error);
      throw error;
    }
  }

  async #openSession(handshake: Handshake): Promise<void> {
    const question = {
      datagram: () => handshake.openSession(),
      accept: (datagram: Buffer) => (handshake.takeOpenSession(datagram) ? handshake : undefined),
      tries: TRIES_BEFORE_PROBE,
    };
    if (await this.#exchanger.ask(question, this.#patience)) return;
    const capabilities = await this.#probe();
    if (!capabilities) throw this.#noAnswer('Open Session');
    if (!capabilities.rmcpPlus) throw tooOld(this.#target);
    if (await this.#exchanger.ask({ ...question, tries: TRIES_AFTER_PROBE }, this.#patience)) return;
    if (timeLeft(this.#patience) === 0) throw this.#noAnswer('Open Session');
    throw ignoredSuite(this.#target, this.#suite);
  }

  async #proveIdentity(handshake: Handshake): Promise<void> {
    const question = {
      datagram: () => handshake.rakp1(),
      accept: (datagram: Buffer) => (handshake.takeRakp2(datagram) ? handshake : undefined),
      tries: TRIES_BEFORE_PROBE,
    };
    if (await this.#exchanger.ask(question, this.#patience)) return;
    if (!(await this.#probe())) throw this.#noAnswer('RAKP 1');
    if (await this.#exchanger.ask({ ...question, tries: TRIES_AFTER_PROBE }, this.#patience)) return;
    if (timeLeft(this.#patience) === 0) throw this.#noAnswer('RAKP 1');
    throw ignoredUser(this.#target);
  }

  async #confirm(handshake: Handshake, tries: number): Promise<void> {
    const question = {
      datagram: () => handshake.rakp3(),
      accept: (datagram: Buffer) => (handshake.takeRakp4(datagram) ? handshake : undefined),
      tries,
    };
    if (!(await this.#exchanger.ask(question, this.#patience))) throw new NoRakp4();
  }

  async #raisePrivilege(live: LiveSession): Promise<void> {
    if (this.#target.privilege === 'user') return; // Where a session starts.
    const command = setSessionPrivilege(this.#target.privilege);
    const response = await live.ask(command, {}, this.#patience);
    if (!response) throw this.#noAnswer(command.name);
    const { completionCode } = response;
    if ([0x80, 0x81, 0xd4].includes(completionCode)) throw privilegeRefused(this.#target);
    if (completionCode !== 0) throw completionError(this.#target, command, completionCode);
  }

  /** Is anybody there? Every BMC answers this one, outside any session. */
  #probe(): Promise<AuthenticationCapabilities | undefined> {
    const command = getAuthenticationCapabilities(this.#target.privilege);
    const { netFn, code, data } = command;
    const question = wrapRmcp(encodeLegacyPacket(encodeLanRequest({ netFn, command: code, sequence: 1, data })));
    return this.#exchanger.ask(
      {
        datagram: () => question,
        accept: (datagram) => {
          const packet = unwrapRmcp(datagram);
          const message = packet && decodeLegacyPacket(packet);
          const response = message && decodeLanResponse(message);
          if (response?.command !== code || response.netFn !== netFn) return undefined;
          // A BMC too old for the bit that asks for IPMI 2.0 data refuses it.
          return response.completionCode === 0 ? command.decode(response.data) : { rmcpPlus: false, kgSet: false };
        },
      },
      this.#patience,
    );
  }

  /** Frees the slot: by Close Session once RAKP 3 may have opened the session, else by a RAKP 3 that says why. */
  #giveUp(handshake: Handshake, live: LiveSession | undefined, error: unknown): void {
    const failure = error instanceof HandshakeFailure ? error : undefined;
    if (failure?.reason === 'status') return; // The BMC ended it itself.
    if (live) return live.sayGoodbye();
    const wrongCode = failure?.reason === 'code';
    const farewell = handshake.abandon(wrongCode ? RMCP_STATUS.invalidCheckValue : RMCP_STATUS.noFreeSession);
    if (farewell) this.#exchanger.tell(farewell);
  }

  #explain(error: unknown): unknown {
    if (error instanceof HandshakeFailure) return loginError(error, this.#target, this.#suite);
    return error instanceof NoRakp4 ? this.#noAnswer('RAKP 3') : error;
  }

  #noAnswer(name: string): Error {
    return noAnswer(this.#target, name, this.#exchanger.sendError);
  }
}

/**
 * May a second log-in from the start succeed? So it is when the BMC took a retransmission for something new and forgot
 * what it first answered: then it no longer knows the session id, or RAKP 3 proves an older random number.
 */
function isStale(error: unknown): boolean {
  if (error instanceof NoRakp4) return true;
  if (!(error instanceof HandshakeFailure) || error.reason !== 'status') return false;
  if (error.stage === 'rakp-4' && error.status === RMCP_STATUS.invalidCheckValue) return true;
  return error.status === RMCP_STATUS.invalidSessionId || error.status === RMCP_STATUS.inactiveSessionId;
}
