import { ApplicationFailure } from '@temporalio/common';
import { isTemperError } from '#domain/errors.js';

/** The `type` under which a failure is counted and known to flows. */
export function failureTypeOf(error: unknown): string {
  if (isTemperError(error)) return error.type;
  if (error instanceof ApplicationFailure && error.type) return error.type;
  return 'UnexpectedError';
}

/** Can no retry help, whatever the limit says? */
export function isFinalByKind(error: unknown): boolean {
  if (isTemperError(error)) return !error.retryable;
  return error instanceof ApplicationFailure && error.nonRetryable === true;
}

/**
 * What goes into the history for an error: type, one sentence, whether a retry may help and when. No cause and no
 * stack: they may hold what nobody should read there, and say nothing to an operator.
 * @param gaveUp set when the limit of the activity has been reached: the failure is final and says so
 */
export function toFailure(error: unknown, activity: string, gaveUp?: string): ApplicationFailure {
  if (error instanceof ApplicationFailure && gaveUp === undefined) return error;
  const delay = isTemperError(error) ? error.retryDelayMs : undefined;
  const failure = ApplicationFailure.create({
    message: withEnd(sentenceOf(error, activity), gaveUp),
    type: failureTypeOf(error),
    nonRetryable: isFinalByKind(error) || gaveUp !== undefined,
    ...(delay === undefined ? {} : { nextRetryDelay: delay }),
  });
  failure.stack = '';
  return failure;
}

function sentenceOf(error: unknown, activity: string): string {
  if (isTemperError(error) || error instanceof ApplicationFailure) return error.message;
  return `${activity} failed unexpectedly (${nameOf(error)}); see the worker's log.`;
}

/** Class and code, which name the library's trouble without its data: `PrismaClientKnownRequestError P1001`. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
  return `${error.name}${code}`;
}

function withEnd(sentence: string, gaveUp: string | undefined): string {
  return gaveUp === undefined ? sentence : `${sentence.replace(/[.\s]+$/, '')}; ${gaveUp}.`;
}
