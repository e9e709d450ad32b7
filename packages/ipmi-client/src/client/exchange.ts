import { TruncatedError } from '../wire/reader.js';
import type { Link, Transport } from '../transport/transport.js';
import { abortable, timeLeft, type Patience } from './patience.js';

/** Each wait for an answer is this much longer than the one before. */
const BACKOFF = 1.5;

/** One question, asked until it is answered. */
interface Question<T> {
  /** Builds the datagram of each try; retransmissions inside a session need a new session sequence number. */
  datagram: () => Buffer;
  /** Sent right after each try. */
  alongWith?: Buffer;
  /** The answer in a datagram, or undefined if it is none. What it throws ends the exchange. */
  accept: (datagram: Buffer) => T | undefined;
  /** How often to send at most; default until the deadline. */
  tries?: number;
  /** Wait for the answer to the last try until the deadline, not only for its share. */
  waitOut?: boolean;
}

/** Questions and answers over one link, one at a time. */
export class Exchanger {
  readonly #link: Link;
  readonly #retryMs: number;
  readonly #inbox: Inbox;

  private constructor(link: Link, inbox: Inbox, retryMs: number) {
    this.#link = link;
    this.#inbox = inbox;
    this.#retryMs = retryMs;
  }

  /** @throws the resolver's error. */
  static async open(transport: Transport, host: string, port: number, retryMs: number): Promise<Exchanger> {
    const inbox: Inbox = { take: undefined, sendError: undefined };
    const link = await transport.connect(host, port, {
      onDatagram: (datagram) => inbox.take?.(datagram),
      onSendError: (error) => (inbox.sendError = error),
    });
    return new Exchanger(link, inbox, retryMs);
  }

  /** Why the system last refused to send, e.g. no route to the host. */
  get sendError(): Error | undefined {
    return this.#inbox.sendError;
  }

  /** @returns undefined if no answer came in time. @throws the reason of an aborted signal. */
  ask<T extends object>(question: Question<T>, patience: Patience): Promise<T | undefined> {
    return abortable<T | undefined>(patience, (resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      let lastLook: NodeJS.Immediate | undefined;
      let wait = this.#retryMs;
      let tries = 0;
      const next = (): void => {
        const left = timeLeft(patience);
        if (left === 0 || tries === (question.tries ?? Infinity)) {
          // After a long stall of this process timers run first, and the answer may lie in the socket still.
          lastLook = setImmediate(() => resolve(undefined));
          return;
        }
        tries += 1;
        this.tell(question.datagram());
        if (question.alongWith) this.tell(question.alongWith);
        const isLast = tries === question.tries && question.waitOut === true;
        timer = setTimeout(next, isLast ? left : Math.min(wait, left));
        wait *= BACKOFF;
      };
      this.#inbox.take = (datagram) => {
        try {
          const answer = question.accept(datagram);
          if (answer !== undefined) resolve(answer);
        } catch (error) {
          // A datagram that ends too early is noise; the real answer may still come.
          if (!(error instanceof TruncatedError)) reject(error);
        }
      };
      next();
      return () => {
        clearTimeout(timer);
        clearImmediate(lastLook);
        this.#inbox.take = undefined;
      };
    });
  }

  /** Sends without waiting for an answer. */
  tell(datagram: Buffer): void {
    this.#link.send(datagram);
  }

  close(): void {
    this.#link.close();
  }
}

interface Inbox {
  take: ((datagram: Buffer) => void) | undefined;
  sendError: Error | undefined;
}
