/** What went wrong, for programs. */
export type IpmiErrorCode =
  | 'invalid-target'
  | 'address'
  | 'timeout'
  | 'auth-rejected'
  | 'unknown-user'
  | 'privilege'
  | 'cipher-suite'
  | 'sessions-exhausted'
  | 'busy'
  | 'unsupported'
  | 'completion-code'
  | 'protocol'
  | 'unknown-outcome'
  | 'closed';

/** The words of an error: the message is `what`, a colon, `hint`. */
export interface ErrorText {
  /** What failed, on which BMC. */
  what: string;
  /** What a person should do next. */
  hint: string;
  cause?: unknown;
}

/** Everything that the client throws, besides the reason of an aborted signal. Never carries a secret. */
export abstract class IpmiError extends Error {
  abstract readonly code: IpmiErrorCode;
  /** May the same call succeed later without anybody changing anything? */
  abstract readonly retryable: boolean;
  /** What a person should do next; part of the message as well. */
  readonly hint: string;

  constructor({ what, hint, cause }: ErrorText) {
    super(`${what}: ${hint}`, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.hint = hint;
  }
}

/** A target that cannot be used as given: password or name too long, unknown suite, bad port. */
export class IpmiTargetError extends IpmiError {
  readonly code = 'invalid-target';
  readonly retryable = false;
}

/** The host name could not be resolved. */
export class IpmiAddressError extends IpmiError {
  readonly code = 'address';
  readonly retryable = true;
}

/** No answer before the deadline. A repeatable command may or may not have been executed. */
export class IpmiTimeoutError extends IpmiError {
  readonly code = 'timeout';
  readonly retryable = true;
}

/** The password, or the BMC key (Kg), is wrong. */
export class IpmiAuthRejectedError extends IpmiError {
  readonly code = 'auth-rejected';
  readonly retryable = false;
}

/** The BMC has no such user, or keeps silent about that name. */
export class IpmiUnknownUserError extends IpmiError {
  readonly code = 'unknown-user';
  readonly retryable = false;
}

/** The user, or the session, has too little privilege. */
export class IpmiPrivilegeError extends IpmiError {
  readonly code = 'privilege';
  readonly retryable = false;
}

/** The BMC does not accept the cipher suite, or tried to use another one than was proposed. */
export class IpmiCipherSuiteError extends IpmiError {
  readonly code = 'cipher-suite';
  readonly retryable = false;
}

/** All of the BMC's sessions are in use. */
export class IpmiSessionsExhaustedError extends IpmiError {
  readonly code = 'sessions-exhausted';
  readonly retryable = true;
}

/** The BMC is alive and asks for patience (completion codes C0, C3, CE, D0-D2). */
export class IpmiBusyError extends IpmiError {
  readonly code = 'busy';
  readonly retryable = true;
}

/** The BMC lacks the command or IPMI 2.0 altogether. */
export class IpmiUnsupportedError extends IpmiError {
  readonly code = 'unsupported';
  readonly retryable = false;
}

/** Any other completion code (IPMI 2.0 §5.2). */
export class IpmiCompletionCodeError extends IpmiError {
  readonly code = 'completion-code';
  readonly retryable = false;
  readonly completionCode: number;

  constructor(completionCode: number, text: ErrorText) {
    super(text);
    this.completionCode = completionCode;
  }
}

/** An answer that makes no sense. */
export class IpmiProtocolError extends IpmiError {
  readonly code = 'protocol';
  readonly retryable = true;
}

/** A command that must not be sent twice was sent, and its answer was lost: it may have been executed. */
export class IpmiUnknownOutcomeError extends IpmiError {
  readonly code = 'unknown-outcome';
  readonly retryable = false;
}

/** The client was closed before or during the call. */
export class IpmiClosedError extends IpmiError {
  readonly code = 'closed';
  readonly retryable = false;
}
