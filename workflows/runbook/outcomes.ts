import { ActivityFailure, ApplicationFailure, isCancellation } from '@temporalio/workflow';

/** Ends a runbook that a client has aborted. */
export function aborted(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, 'Aborted');
}

/** No sign of the agent within the wait's time. */
export function callbackTimeout(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, 'CallbackTimeout');
}

/** The steps that the client named cannot run; nothing was done. */
export function stepsRefused(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, 'NodeInvalid');
}

/** The run that worked on this operation is gone, and what it did is not known. */
export function flowLost(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, 'FlowLost');
}

/** The `type` of a failure, whether it came from the flow itself or out of an activity. */
export function failureType(error: unknown): string | undefined {
  const inner = error instanceof ActivityFailure ? error.cause : error;
  return inner instanceof ApplicationFailure ? (inner.type ?? undefined) : undefined;
}

/** A newer operation owns the node: the flow writes nothing more. */
export function isInterrupted(error: unknown): boolean {
  return failureType(error) === 'Interrupted' || isCancellation(error);
}

/** A client asked for the end. */
export function isAborted(error: unknown): boolean {
  return failureType(error) === 'Aborted';
}
