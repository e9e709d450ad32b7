interface ErrorFacts {
  /** May the same attempt succeed a little later without anybody's help? */
  readonly retryable: boolean;
  /** What the operator should look at or do; the end of the message. */
  readonly hint: string;
  /** Milliseconds to wait before the next attempt, where the usual back-off is too short. */
  readonly retryDelayMs?: number;
}

/** Every error people can meet: whether a retry can help, and what to do about it. */
export const errorTypes = {
  BmcUnreachable: { retryable: true, hint: 'check the BMC address, its cable and its VLAN' },
  BmcBusy: { retryable: true, retryDelayMs: 10_000, hint: 'reset the BMC if this lasts' },
  BmcSessionsExhausted: {
    retryable: true,
    retryDelayMs: 30_000,
    hint: 'another tool holds the sessions of this BMC; close it',
  },
  BmcAuthRejected: { retryable: false, hint: 'correct user name, password and privilege level in driver_info' },
  BmcUnsupported: { retryable: false, hint: 'choose another interface or cipher suite for this node' },
  BmcPrivilege: { retryable: false, hint: 'raise the privilege of the BMC account' },
  PowerStateNotReached: { retryable: true, hint: "look at the machine's console and the BMC's event log" },
  AgentUnreachable: { retryable: true, hint: 'check the provisioning network between worker and ramdisk' },
  AgentBusy: { retryable: true, hint: 'nothing needs to be done unless this lasts' },
  AgentCommandFailed: { retryable: false, hint: 'read the ramdisk logs of this node' },
  AgentVersionMismatch: {
    retryable: false,
    hint: 'start the operation again, so that its steps are planned anew',
  },
  CallbackTimeout: { retryable: false, hint: "check DHCP and PXE, the boot mode and the machine's console" },
  ImageUnreachable: { retryable: true, hint: 'check that the image server answers the worker' },
  ImageChecksumMismatch: { retryable: false, hint: 'correct the checksum in instance_info or the image on the server' },
  NodeInvalid: { retryable: false, hint: 'correct the named field of the node' },
  InvalidStateRequested: { retryable: false, hint: 'wait until the node is in a state that allows this action' },
  NodeLocked: { retryable: false, hint: 'try again when the current operation has ended' },
} as const satisfies Record<string, ErrorFacts>;

/** Name of an error kind; it is also the `type` of the failure in a workflow history. */
export type ErrorType = keyof typeof errorTypes;

/** Is `value` the name of an error kind of ours? */
export function isErrorType(value: unknown): value is ErrorType {
  return typeof value === 'string' && Object.hasOwn(errorTypes, value);
}

/** The facts of one error kind. */
export function factsOfError(type: ErrorType): ErrorFacts {
  return errorTypes[type];
}

/** How to make one of the errors below. */
export interface TemperErrorOptions {
  readonly cause?: unknown;
  /** Replaces the kind's hint where the thrower knows better what to do. */
  readonly hint?: string;
}

/**
 * An error with a kind. Its message is one sentence: what failed and on what (given by the thrower, without a full
 * stop at the end), and what to do next (the hint). Never put a secret into it: it goes to last_error and histories.
 */
export class TemperError extends Error {
  readonly type: ErrorType;
  readonly retryable: boolean;
  readonly operatorHint: string;
  readonly retryDelayMs: number | undefined;

  constructor(type: ErrorType, failed: string, { cause, hint }: TemperErrorOptions = {}) {
    const facts = factsOfError(type);
    const operatorHint = hint ?? facts.hint;
    super(`${failed.replace(/[.\s]+$/, '')}; ${operatorHint}.`, cause === undefined ? undefined : { cause });
    this.name = type;
    this.type = type;
    this.retryable = facts.retryable;
    this.operatorHint = operatorHint;
    this.retryDelayMs = facts.retryDelayMs;
  }
}

function kind(type: ErrorType) {
  return class extends TemperError {
    constructor(failed: string, options?: TemperErrorOptions) {
      super(type, failed, options);
    }
  };
}

/** No reply from the BMC after retransmissions. */
export class BmcUnreachable extends kind('BmcUnreachable') {}
/** The BMC asks for patience (IPMI 2.0 §5.2 completion codes C0h, C3h, D0h-D2h). */
export class BmcBusy extends kind('BmcBusy') {}
/** The BMC has no free session (RMCP+ status 01h, 0Bh). */
export class BmcSessionsExhausted extends kind('BmcSessionsExhausted') {}
/** User, password or key refused (RMCP+ status 0Dh, 0Ah, wrong RAKP key check). Repeating locks accounts. */
export class BmcAuthRejected extends kind('BmcAuthRejected') {}
/** The BMC does not know the command or the cipher suite (C1h, C2h, D5h, RMCP+ 11h). */
export class BmcUnsupported extends kind('BmcUnsupported') {}
/** The account may not do this (completion code D4h). */
export class BmcPrivilege extends kind('BmcPrivilege') {}
/** The machine did not reach the wanted power state in time. */
export class PowerStateNotReached extends kind('PowerStateNotReached') {}
/** The agent in the ramdisk does not answer. */
export class AgentUnreachable extends kind('AgentUnreachable') {}
/** The agent runs another command (HTTP 409). */
export class AgentBusy extends kind('AgentBusy') {}
/** A command ran in the ramdisk and failed; name the step and the agent's message. */
export class AgentCommandFailed extends kind('AgentCommandFailed') {}
/** The agent's hardware managers changed between planning and running; the step was not run. */
export class AgentVersionMismatch extends kind('AgentVersionMismatch') {}
/** The image could not be downloaded. */
export class ImageUnreachable extends kind('ImageUnreachable') {}
/** A field of driver_info, instance_info or properties is missing or wrong; name it. HTTP 400 when the API finds it. */
export class NodeInvalid extends kind('NodeInvalid') {}
/** The node's state does not allow the action (HTTP 400). */
export class InvalidStateRequested extends kind('InvalidStateRequested') {}

/** Is it one of our errors? Asks for the shape, so that a second copy of this module (a workflow bundle) is no obstacle. */
export function isTemperError(error: unknown): error is TemperError {
  return error instanceof Error && 'type' in error && isErrorType(error.type) && 'retryable' in error;
}

/** Deep enough for Temporal's wrapping (child, activity, application failure) and a thrower's own causes. */
const maxCauses = 10;

/**
 * The text for last_error: the message of the innermost error that has a kind of ours, else of the innermost cause
 * with a message. Wrappers ("Activity task failed") say less than what they wrap.
 */
export function lastErrorText(error: unknown): string {
  let text: string | undefined;
  let ours: string | undefined;
  let current = error;
  for (let depth = 0; depth < maxCauses && current instanceof Error; depth++) {
    if (current.message) text = current.message;
    if (current.message && 'type' in current && isErrorType(current.type)) ours = current.message;
    current = current.cause;
  }
  return ours ?? text ?? (typeof error === 'string' && error ? error : 'The cause is unknown.');
}
