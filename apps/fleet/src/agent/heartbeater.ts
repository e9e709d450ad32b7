import { draw, type Timings } from '../timings.js';

/** Regular heartbeats come after a random part of the API's time-out between these factors. */
const JITTER = { min: 0.3, max: 0.6 };

/**
 * When the agent heartbeats: at once at the start, then at random 0.3-0.6 of the time-out that the lookup
 * gave; after a failed one in 5-10 s; and, when {@link force}d, within 5 s, but never within 5 s of the one before.
 */
export class Heartbeater {
  readonly #send: () => Promise<boolean>;
  readonly #timings: Timings;
  readonly #timeoutSeconds: number;
  readonly #signal: AbortSignal;
  #timer: NodeJS.Timeout | undefined;
  #due = 0;
  #previous = Number.NEGATIVE_INFINITY;
  #sending = false;
  #forced = false;

  /**
   * @param timeoutSeconds `heartbeat_timeout` of the lookup answer
   * @param send sends one heartbeat; false = not accepted
   */
  constructor(timeoutSeconds: number, timings: Timings, signal: AbortSignal, send: () => Promise<boolean>) {
    this.#timeoutSeconds = timeoutSeconds;
    this.#timings = timings;
    this.#signal = signal;
    this.#send = send;
    signal.addEventListener('abort', () => clearTimeout(this.#timer), { once: true });
  }

  /** Sends the first heartbeat. */
  start(): void {
    this.#schedule(0);
  }

  /** Asks for a heartbeat soon; one asked for while another is on its way follows it. */
  force(): void {
    this.#forced = true;
    if (this.#sending) return;
    const now = Date.now();
    const soonest = this.#previous + this.#timings.heartbeatGap;
    const due = Math.max(now + draw(this.#timings.forcedHeartbeat), soonest);
    if (due < this.#due) this.#schedule(due - now);
  }

  #schedule(delayMs: number): void {
    if (this.#signal.aborted) return;
    clearTimeout(this.#timer);
    this.#due = Date.now() + delayMs;
    this.#timer = setTimeout(() => void this.#beat(), Math.max(0, delayMs));
  }

  async #beat(): Promise<void> {
    this.#sending = true;
    this.#forced = false;
    const accepted = await this.#send().catch(() => false);
    this.#sending = false;
    this.#previous = Date.now();
    const { heartbeatRetry } = this.#timings;
    const intervalMs = this.#timeoutSeconds * 1000;
    this.#schedule(draw(accepted ? [JITTER.min * intervalMs, JITTER.max * intervalMs] : heartbeatRetry));
    if (this.#forced && accepted) this.force();
  }
}
