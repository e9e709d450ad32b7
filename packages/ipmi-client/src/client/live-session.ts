import { closeSession } from '../commands/session-commands.js';
import type { Command } from '../commands/command.js';
import type { Session } from '../session/session.js';
import { decodeLanResponse, encodeLanRequest, type LanResponse } from '../wire/lan-message.js';
import type { Exchanger } from './exchange.js';
import { now, type Patience } from './patience.js';

/** How long to ask. */
interface Persistence {
  tries?: number;
  waitOut?: boolean;
  /** Called before each try. */
  onSend?: () => void;
}

/** A session with the link that carries it. */
export class LiveSession {
  readonly #session: Session;
  readonly #exchanger: Exchanger;
  #requestSequence = 0;
  #heardAt = now();

  constructor(session: Session, exchanger: Exchanger) {
    this.#session = session;
    this.#exchanger = exchanger;
  }

  /** When the BMC last proved, by an authentic answer, that it keeps this session. On the clock of `now`. */
  get heardAt(): number {
    return this.#heardAt;
  }

  get sendError(): Error | undefined {
    return this.#exchanger.sendError;
  }

  /**
   * Asks until answered. Retransmissions keep rqSeq, so that the BMC can tell them from new requests, under new
   * session sequence numbers (IPMI 2.0 §6.12.10).
   * @returns undefined if no answer came in time.
   */
  async ask<T>(command: Command<T>, persistence: Persistence, patience: Patience): Promise<LanResponse | undefined> {
    const { sequence, message } = this.#encode(command);
    const response = await this.#exchanger.ask(
      {
        datagram: () => {
          persistence.onSend?.();
          return this.#session.seal(message);
        },
        accept: (datagram) => {
          const opened = this.#session.open(datagram);
          const answer = opened && decodeLanResponse(opened);
          const isOurs =
            answer?.sequence === sequence && answer.command === command.code && answer.netFn === command.netFn;
          return isOurs ? answer : undefined;
        },
        ...persistence,
      },
      patience,
    );
    if (response) this.#heardAt = now();
    return response;
  }

  /** Tells the BMC to free the slot, whether or not it still knows the session. The answer is of no interest. */
  sayGoodbye(): void {
    const { message } = this.#encode(closeSession(this.#session.peerId));
    this.#exchanger.tell(this.#session.seal(message));
  }

  /** Says goodbye and lets go of the link. */
  close(): void {
    this.sayGoodbye();
    this.#exchanger.close();
  }

  /** A new request under the next rqSeq. */
  #encode({ netFn, code, data }: Command<unknown>): { sequence: number; message: Buffer } {
    this.#requestSequence = (this.#requestSequence + 1) & 0x3f;
    const sequence = this.#requestSequence;
    return { sequence, message: encodeLanRequest({ netFn, command: code, sequence, data }) };
  }
}
