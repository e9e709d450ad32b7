import { randomInt } from 'node:crypto';
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
/** A BMC that passes over a message so often, and answers the next one, means it. */
const TIMES_PASSED_OVER = 2;
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
  #probes = randomInt(64);

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
    const outcome = await this.#insist(
      () => handshake.openSession(),
      (datagram) => handshake.takeOpenSession(datagram),
    );
    if (outcome === 'silence') throw this.#noAnswer('Open Session');
    if (outcome === 'passed over') throw ignoredSuite(this.#target, this.#suite);
  }

  async #proveIdentity(handshake: Handshake): Promise<void> {
    const outcome = await this.#insist(
      () => handshake.rakp1(),
      (datagram) => handshake.takeRakp2(datagram),
    );
    if (outcome === 'silence') throw this.#noAnswer('RAKP 1');
    if (outcome === 'passed over') throw ignoredUser(this.#target);
  }

  /**
   * Asks, and when silence lasts, asks together with a question that every BMC answers, outside any session: silence
   * to both is a BMC that is away or stalled, silence to the first alone is a refusal of the wordless kind.
   */
  async #insist(
    datagram: () => Buffer,
    take: (datagram: Buffer) => boolean,
  ): Promise<'answered' | 'passed over' | 'silence'> {
    const answered = { answered: true } as const;
    const accept = (received: Buffer): typeof answered | undefined => (take(received) ? answered : undefined);
    const ask = { datagram, accept, tries: TRIES_BEFORE_PROBE };
    if (await this.#exchanger.ask(ask, this.#patience)) return 'answered';
    for (let times = 0; times < TIMES_PASSED_OVER; times += 1) {
      const probe = this.#probe();
      const first = await this.#exchanger.ask(
        {
          datagram,
          alongWith: probe.datagram,
          accept: (received) => accept(received) ?? probe.accept(received),
        },
        this.#patience,
      );
      if (!first) return 'silence';
      if ('answered' in first) return 'answered';
      if (!first.rmcpPlus) throw tooOld(this.#target);
      if (await this.#exchanger.ask({ datagram, accept, tries: 1 }, this.#patience)) return 'answered';
    }
    return timeLeft(this.#patience) === 0 ? 'silence' : 'passed over';
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

  /**
   * Is anybody there? Get Channel Authentication Capabilities in the IPMI 1.5 format. Each has its own rqSeq: the late
   * answer to an earlier one says nothing of what was sent after that.
   */
  #probe(): { datagram: Buffer; accept: (datagram: Buffer) => AuthenticationCapabilities | undefined } {
    const command = getAuthenticationCapabilities(this.#target.privilege);
    const { netFn, code, data } = command;
    this.#probes = (this.#probes + 1) & 0x3f;
    const sequence = this.#probes;
    return {
      datagram: wrapRmcp(encodeLegacyPacket(encodeLanRequest({ netFn, command: code, sequence, data }))),
      accept: (datagram) => {
        const packet = unwrapRmcp(datagram);
        const message = packet && decodeLegacyPacket(packet);
        const response = message && decodeLanResponse(message);
        const isOurs = response?.sequence === sequence && response.command === code && response.netFn === netFn;
        if (!isOurs) return undefined;
        // A BMC too old for the bit that asks for IPMI 2.0 data refuses it.
        return response.completionCode === 0 ? command.decode(response.data) : { rmcpPlus: false };
      },
    };
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
