import { setMaxListeners } from 'node:events';
import { getDeviceId } from '../commands/get-device-id.js';
import type { Command } from '../commands/command.js';
import { IpmiAddressError } from '../errors.js';
import type { Transport } from '../transport/transport.js';
import type { LanResponse } from '../wire/lan-message.js';
import { TruncatedError } from '../wire/reader.js';
import { Exchanger } from './exchange.js';
import { badAnswer, completionError, noAnswer, noTurn, unknownOutcome } from './explain.js';
import { TurnTimeout, type Lane } from './lane.js';
import type { LiveSession } from './live-session.js';
import { logIn } from './log-in.js';
import { abortable, now, pause, timeLeft, type Patience } from './patience.js';
import type { Target } from './target.js';

/** Times that steer all connections of a client, in milliseconds. */
export interface Timing {
  /** Wait for an answer before sending again; each next wait is 1.5 times longer. */
  retryMs: number;
  /** Silence of the caller after which a kept session is refreshed. */
  keepAliveMs: number;
  /** Silence of the caller after which the session is closed. */
  lingerMs: number;
}

/** An answer so recent proves that the BMC still has the session. */
const FRESH_MS = 5_000;
/** Tries before a kept session counts as dropped by the BMC: more if it was there a moment ago. */
const TRIES_ON_FRESH_SESSION = 3;
const TRIES_ON_KEPT_SESSION = 2;
/** Pause after completion code C0 (busy), growing by half. */
const BUSY_PAUSE_MS = 500;
const KEEP_ALIVE_DEADLINE_MS = 5_000;

const NODE_BUSY = 0xc0;
const DUPLICATE = 0xcf;
const DUPLICATES_TOLERATED = 3;

/**
 * One BMC under one log-in: keeps a session as long as it is used, and opens another whenever the BMC has dropped it.
 * Requests to the same BMC wait for each other in its lane.
 */
export class Connection {
  readonly #target: Target;
  readonly #transport: Transport;
  readonly #lane: Lane;
  readonly #timing: Timing;
  readonly #onIdle: () => void;
  readonly #closing = new AbortController();
  readonly #pending = new Set<Promise<unknown>>();
  #live: LiveSession | undefined;
  #usedAt = now();
  #timer: NodeJS.Timeout | undefined;

  /** `onIdle` is called when neither a session nor a request is left. */
  constructor(target: Target, transport: Transport, lane: Lane, timing: Timing, onIdle: () => void) {
    this.#target = target;
    this.#transport = transport;
    this.#lane = lane;
    this.#timing = timing;
    this.#onIdle = onIdle;
    setMaxListeners(0, this.#closing.signal); // Each waiting request listens.
  }

  /** @throws IpmiError, or the reason of an aborted signal. */
  request<T>(command: Command<T>, given: Patience): Promise<T> {
    const patience = { ...given, signals: [...given.signals, this.#closing.signal] };
    return this.#track(
      this.#lane
        .run(patience, () => this.#execute(command, patience))
        .catch((error: unknown) => {
          throw error instanceof TurnTimeout ? noTurn(this.#target, command.name) : error;
        }),
    );
  }

  /** Ends what is under way with this reason and closes the session. */
  async close(reason: Error): Promise<void> {
    this.#closing.abort(reason);
    await Promise.allSettled(this.#pending);
    this.#drop();
  }

  async #execute<T>(command: Command<T>, patience: Patience): Promise<T> {
    this.#usedAt = now();
    if (!command.repeatable) await this.#makeSure(patience);
    let busyPause = BUSY_PAUSE_MS;
    let duplicates = 0;
    for (;;) {
      const { completionCode, data } = await this.#answer(command, patience);
      if (completionCode === 0) return this.#decode(command, data);
      if (completionCode === NODE_BUSY && timeLeft(patience) > busyPause) {
        await pause(patience, busyPause);
        busyPause *= 1.5;
      } else if (completionCode === DUPLICATE && command.repeatable && duplicates < DUPLICATES_TOLERATED) {
        duplicates += 1; // The first copy was executed and its answer lost: ask under a new rqSeq.
      } else {
        throw completionError(this.#target, command, completionCode);
      }
    }
  }

  /** A command that must not be sent twice goes out only on a session that the BMC has just proved to keep. */
  async #makeSure(patience: Patience): Promise<void> {
    if (this.#isFresh()) return;
    await this.#answer(getDeviceId(), patience);
  }

  #isFresh(): boolean {
    return this.#live !== undefined && now() - this.#live.heardAt < FRESH_MS;
  }

  async #answer(command: Command<unknown>, patience: Patience): Promise<LanResponse> {
    if (!command.repeatable) return this.#answerOnce(command, patience);
    if (this.#live) {
      const tries = this.#isFresh() ? TRIES_ON_FRESH_SESSION : TRIES_ON_KEPT_SESSION;
      const response = await this.#live.ask(command, { tries }, patience);
      if (response) return response;
      const { sendError } = this.#live;
      this.#drop();
      if (timeLeft(patience) === 0) throw noAnswer(this.#target, command.name, sendError);
    }
    const live = await this.#open(patience);
    const response = await live.ask(command, {}, patience);
    if (response) return response;
    this.#drop();
    throw noAnswer(this.#target, command.name, live.sendError);
  }

  async #answerOnce(command: Command<unknown>, patience: Patience): Promise<LanResponse> {
    const live = this.#live ?? (await this.#open(patience));
    let wasSent = false;
    const persistence = { tries: 1, waitOut: true, onSend: () => (wasSent = true) };
    const response = await live.ask(command, persistence, patience);
    if (response) return response;
    throw wasSent ? unknownOutcome(this.#target, command.name) : noAnswer(this.#target, command.name, live.sendError);
  }

  async #open(patience: Patience): Promise<LiveSession> {
    const exchanger = await this.#exchanger(patience);
    try {
      this.#live = await logIn(exchanger, this.#target, patience);
    } catch (error) {
      exchanger.close();
      throw error;
    }
    this.#scheduleCare();
    return this.#live;
  }

  /** A resolver that hangs must not outlast the caller's patience; what it brings later is let go. */
  #exchanger(patience: Patience): Promise<Exchanger> {
    const { host, port, label } = this.#target;
    const opening = Exchanger.open(this.#transport, host, port, this.#timing.retryMs).catch((cause: unknown) => {
      const reason = cause instanceof Error ? ` (${cause.message})` : '';
      const what = `${label} has no address that can be sent to${reason}`;
      throw new IpmiAddressError({ what, hint: 'correct the host name, or use its address', cause });
    });
    return abortable<Exchanger>(patience, (resolve, reject) => {
      const timer = setTimeout(() => reject(noAnswer(this.#target, 'its name server', undefined)), timeLeft(patience));
      let wanted = true;
      opening.then((exchanger) => (wanted ? resolve(exchanger) : exchanger.close()), reject);
      return () => {
        clearTimeout(timer);
        wanted = false;
      };
    });
  }

  #decode<T>(command: Command<T>, data: Buffer): T {
    try {
      return command.decode(data);
    } catch (error) {
      throw error instanceof TruncatedError ? badAnswer(this.#target, command.name, error) : error;
    }
  }

  #drop(): void {
    clearTimeout(this.#timer);
    this.#live?.close();
    this.#live = undefined;
  }

  #scheduleCare(): void {
    clearTimeout(this.#timer);
    const { keepAliveMs, lingerMs } = this.#timing;
    this.#timer = setTimeout(() => void this.#track(this.#care()), Math.min(keepAliveMs, lingerMs));
    this.#timer.unref();
  }

  /** Refreshes a session in use, closes one that is not. Failing is no news: the next request opens another. */
  async #care(): Promise<void> {
    const patience = { deadline: now() + KEEP_ALIVE_DEADLINE_MS, signals: [this.#closing.signal] };
    try {
      await this.#lane.run(patience, () => this.#refresh(patience));
    } catch {
      // No turn within the time: others keep the BMC busy. Or the client is being closed.
    }
    if (this.#live && !this.#closing.signal.aborted) this.#scheduleCare();
  }

  async #refresh(patience: Patience): Promise<void> {
    const live = this.#live;
    if (!live) return;
    const { keepAliveMs, lingerMs } = this.#timing;
    if (now() - this.#usedAt >= lingerMs) return this.#drop();
    if (now() - live.heardAt < keepAliveMs / 2) return;
    const response = await live.ask(getDeviceId(), {}, patience);
    if (!response) this.#drop();
  }

  #track<T>(work: Promise<T>): Promise<T> {
    const tracked = work.finally(() => {
      this.#pending.delete(tracked);
      if (this.#pending.size === 0 && !this.#live) this.#onIdle();
    });
    this.#pending.add(tracked);
    return tracked;
  }
}
