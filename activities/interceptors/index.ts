import type { Context } from '@temporalio/activity';
import { CompleteAsyncError } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { isTemperError } from '#domain/errors.js';
import { policyOf, type Policy } from '#domain/policies.js';
import { withContact, type Contact } from '../contact.js';
import { detailsFrom, type FailureTally, type HeartbeatDetails } from './details.js';
import { failureTypeOf, isFinalByKind, toFailure } from './failures.js';
import { counted, givenUpText, isOverLimit } from './limits.js';

/** What the interceptors are told and whom they tell. */
export interface InterceptorOptions {
  /** An error that nobody foresaw; the history only gets its name. */
  readonly onUnexpected: (activity: string, error: unknown) => void;
  /** Between heartbeats; the SDK sends at most one in three seconds. */
  readonly heartbeatEveryMs?: number;
  readonly policyFor?: (activity: string) => Policy;
}

/**
 * Around every activity: heartbeats from a timer, so that a dead worker is noticed in seconds and details survive it;
 * the limit on the time spent failing; errors turned into failures with type, sentence and retry flag. Gives the
 * activity its {@link Contact}.
 */
export function activityInterceptors(options: InterceptorOptions): ActivityInterceptorsFactory {
  return (context) => ({
    inbound: {
      execute: (input, next) => new Attempt(context, options).run(() => next(input)),
    },
  });
}

/** One attempt of one activity. */
class Attempt {
  readonly #context: Context;
  readonly #options: InterceptorOptions;
  readonly #policy: Policy;
  readonly #beganAt = Date.now();
  readonly #earlier: HeartbeatDetails;
  #details: HeartbeatDetails;

  constructor(context: Context, options: InterceptorOptions) {
    this.#context = context;
    this.#options = options;
    this.#policy = (options.policyFor ?? policyOf)(context.info.activityType);
    this.#earlier = context.info.isLocal ? {} : detailsFrom(context.info.heartbeatDetails);
    this.#details = this.#earlier;
  }

  async run(work: () => Promise<unknown>): Promise<unknown> {
    // What an earlier attempt knew is sent again at once: this one may die before its timer.
    if (this.#earlier.failures || this.#earlier.progress !== undefined) this.#beat();
    const timer = setInterval(() => this.#beat(), this.#options.heartbeatEveryMs ?? 1_000);
    try {
      return await withContact(this.#contact(), work);
    } catch (error) {
      throw this.#failed(error);
    } finally {
      clearInterval(timer);
    }
  }

  #beat(): void {
    if (!this.#context.info.isLocal) this.#context.heartbeat(this.#details);
  }

  #contact(): Contact {
    const { cancellationSignal, info } = this.#context;
    return {
      signal: cancellationSignal,
      key: `${info.workflowExecution?.runId ?? ''}/${info.activityId}`,
      earlierProgress: this.#earlier.progress,
      setProgress: (progress) => {
        this.#details = { ...this.#details, progress };
        this.#beat();
      },
      answered: () => {
        const { progress } = this.#details;
        this.#details = progress === undefined ? {} : { progress };
      },
      isFinal: (error) => isFinalByKind(error) || this.#isOver(this.#tallyWith(error), error),
    };
  }

  #tallyWith(error: unknown): FailureTally {
    const report = { type: failureTypeOf(error), at: Date.now(), attemptBeganAt: this.#beganAt };
    return counted(this.#details.failures, report, this.#policy);
  }

  #isOver(tally: FailureTally, error: unknown): boolean {
    return !this.#context.info.isLocal && isOverLimit(tally, failureTypeOf(error), this.#policy);
  }

  /** What to throw instead of what the activity threw. */
  #failed(error: unknown): unknown {
    const { cancellationSignal, info } = this.#context;
    // Cancelled, timed out or shutting down: no failure of the other side, whatever I/O made of the aborted signal.
    if (cancellationSignal.aborted) return cancellationSignal.reason;
    if (error instanceof CompleteAsyncError || error instanceof CancelledFailure) return error;
    if (!isTemperError(error) && !(error instanceof ApplicationFailure)) {
      this.#options.onUnexpected(info.activityType, error);
    }
    const tally = this.#tallyWith(error);
    const over = this.#isOver(tally, error);
    this.#details = { ...this.#details, failures: tally };
    this.#beat();
    return toFailure(error, info.activityType, over ? givenUpText(tally) : undefined);
  }
}
