import type { CipherSuite } from '../crypto/cipher-suites.js';
import type { HandshakeFailure } from '../session/handshake.js';
import { RMCP_STATUS } from '../session/rmcp-status.js';
import {
  IpmiAuthRejectedError,
  IpmiBusyError,
  IpmiCipherSuiteError,
  IpmiCompletionCodeError,
  IpmiPrivilegeError,
  IpmiProtocolError,
  IpmiSessionsExhaustedError,
  IpmiTimeoutError,
  IpmiUnknownOutcomeError,
  IpmiUnknownUserError,
  IpmiUnsupportedError,
  type IpmiError,
} from '../errors.js';
import type { Target } from './target.js';

/*
 * Where the protocol's numbers become sentences for people.
 */

const TRY_ANOTHER_SUITE = 'choose another cipher suite (17, else 3), or enable this one on the BMC';
const STAGES = { 'open-session': 'Open Session', 'rakp-2': 'RAKP 1', 'rakp-4': 'RAKP 3' } as const;

/** A refused log-in as an error (IPMI 2.0 table 13-15; at RAKP 4 only the BMC key is left to be wrong). */
export function loginError(failure: HandshakeFailure, target: Target, suite: CipherSuite): IpmiError {
  const { label, user, privilege } = target;
  if (failure.reason === 'downgrade') {
    const what = `${label} answered with other algorithms than those of cipher suite ${suite.id}`;
    return new IpmiCipherSuiteError({ what, hint: TRY_ANOTHER_SUITE });
  }
  if (failure.reason === 'length') return badAnswer(target, STAGES[failure.stage], failure);
  if (failure.reason === 'code') return failure.stage === 'rakp-2' ? wrongPassword(target) : wrongKg(target);
  switch (failure.status) {
    case RMCP_STATUS.noFreeSession:
    case RMCP_STATUS.noFreeSessionAtRole: {
      const hint = 'try again in a minute, or end the tool that holds them';
      return new IpmiSessionsExhaustedError({ what: `${label} has no free session`, hint });
    }
    case RMCP_STATUS.invalidAuthentication:
    case RMCP_STATUS.invalidIntegrity:
    case RMCP_STATUS.invalidConfidentiality:
    case RMCP_STATUS.noMatchingAuthentication:
    case RMCP_STATUS.noMatchingIntegrity:
    case RMCP_STATUS.noMatchingSuite:
    case RMCP_STATUS.illegalParameter: // The suite is the only parameter of Open Session that can be illegal.
      return new IpmiCipherSuiteError({
        what: `${label} does not accept cipher suite ${suite.id}`,
        hint: TRY_ANOTHER_SUITE,
      });
    case RMCP_STATUS.invalidRole:
    case RMCP_STATUS.roleNotAllowed:
      return tooLittlePrivilege(`${label} does not give ${user} the privilege ${privilege}`);
    case RMCP_STATUS.unauthorizedName:
    case RMCP_STATUS.invalidNameLength:
      return failure.stage === 'rakp-4' ? wrongKg(target) : unknownUser(`${label} does not know ${user}`);
    case RMCP_STATUS.invalidCheckValue:
      return failure.stage === 'rakp-4' ? wrongKg(target) : wrongPassword(target);
    default: {
      const what = `${label} ended the log-in of ${user} at ${STAGES[failure.stage]} with status ${hex(failure.status)}`;
      return new IpmiProtocolError({ what, hint: 'try again, then reset the BMC' });
    }
  }
}

/** The BMC lives, but never answers RAKP 1: some do so for names that they do not know. */
export function ignoredUser(target: Target): IpmiError {
  return unknownUser(`${target.label} does not answer the log-in of ${target.user}, though it is alive`);
}

/** The BMC lives, but never answers Open Session for this suite. */
export function ignoredSuite(target: Target, suite: CipherSuite): IpmiError {
  const what = `${target.label} is alive but does not answer Open Session with cipher suite ${suite.id}`;
  return new IpmiCipherSuiteError({ what, hint: `${TRY_ANOTHER_SUITE}; if it knows this one, free its sessions` });
}

/** IPMI 1.5 only: no RMCP+. */
export function tooOld(target: Target): IpmiError {
  const what = `${target.label} speaks IPMI 1.5 only`;
  return new IpmiUnsupportedError({ what, hint: 'IPMI 2.0 is needed: update its firmware' });
}

/** Nothing at all came back. `sendError` is why the system refused to send, if it did. */
export function noAnswer(target: Target, name: string, sendError: Error | undefined): IpmiError {
  const reason = sendError ? ` (${sendError.message})` : '';
  return new IpmiTimeoutError({
    what: `${target.label} did not answer ${name}${reason}`,
    hint: 'check its address and port, cable and VLAN, and that IPMI over LAN is enabled',
    ...(sendError && { cause: sendError }),
  });
}

/** The deadline passed while earlier requests to the same BMC were served. */
export function noTurn(target: Target, name: string): IpmiError {
  const what = `${target.label} was busy with earlier requests until the deadline of ${name}`;
  return new IpmiTimeoutError({ what, hint: 'try again, or allow more time' });
}

/** An answer that could not be read. */
export function badAnswer(target: Target, name: string, cause: unknown): IpmiError {
  const what = `${target.label} answered ${name} with too few or too many bytes`;
  return new IpmiProtocolError({ what, hint: 'try again, then update its firmware', cause });
}

/** A command that must not be repeated may have been executed. */
export function unknownOutcome(target: Target, name: string): IpmiError {
  return new IpmiUnknownOutcomeError({
    what: `${target.label} was sent ${name} and its answer was lost`,
    hint: 'it may have been executed: read the power state before asking again',
  });
}

/** What is said of generic completion codes (IPMI 2.0 §5.2, table 5-2). */
const COMPLETION_CODES: Readonly<Record<number, readonly [meaning: string, hint: string]>> = {
  0xc4: ['it is out of space', 'reset the BMC'],
  0xc7: ['the request has the wrong length', 'update its firmware'],
  0xc9: ['a parameter is out of range', 'this BMC does not support the value'],
  0xcb: ['what was asked for is absent', 'this BMC does not have it'],
  0xcc: ['a field is invalid', 'this BMC does not support the value'],
  0xcd: ['the command is not allowed there', 'this BMC does not support it'],
  0xcf: ['it takes the request for a duplicate', 'try again'],
  0xd3: ['the destination is unavailable', 'check what the request is addressed to'],
  0xd5: ['the present state does not allow it', 'read the power state first'],
  0xff: ['of an error that it does not specify', 'try again, then look into its event log'],
};

/** Codes after which a command that was sent may or may not have been executed. */
const AMBIGUOUS: ReadonlySet<number> = new Set([0xc3, 0xce, 0xcf]);
const BUSY: ReadonlySet<number> = new Set([0xc0, 0xc3, 0xce, 0xd0, 0xd1, 0xd2]);
const UNSUPPORTED: ReadonlySet<number> = new Set([0xc1, 0xc2, 0xd6]);

/** A completion code other than 0 as an error. */
export function completionError(
  target: Target,
  command: { name: string; repeatable: boolean },
  completionCode: number,
): IpmiError {
  const { label } = target;
  const { name, repeatable } = command;
  if (!repeatable && AMBIGUOUS.has(completionCode)) return unknownOutcome(target, name);
  if (completionCode === 0xd4)
    return tooLittlePrivilege(`${label} refused ${name}, the session's privilege is too low`);
  if (BUSY.has(completionCode)) {
    const what = `${label} is busy and did not execute ${name} (${hex(completionCode)})`;
    return new IpmiBusyError({ what, hint: 'try again; if it lasts, reset the BMC' });
  }
  if (UNSUPPORTED.has(completionCode)) {
    const what = `${label} does not support ${name} (${hex(completionCode)})`;
    return new IpmiUnsupportedError({ what, hint: 'use another way, or update its firmware' });
  }
  const [meaning, hint] = COMPLETION_CODES[completionCode] ?? ['', 'look up the code for this command'];
  const because = meaning === '' ? '' : `, ${meaning}`;
  return new IpmiCompletionCodeError(completionCode, {
    what: `${label} refused ${name}${because} (${hex(completionCode)})`,
    hint,
  });
}

/** What Set Session Privilege Level refuses (§22.18: 80h not available to the user, 81h above its limit). */
export function privilegeRefused(target: Target): IpmiError {
  return tooLittlePrivilege(`${target.label} does not give ${target.user} the privilege ${target.privilege}`);
}

function wrongPassword({ label, user }: Target): IpmiError {
  return new IpmiAuthRejectedError({
    what: `${label} has another password for ${user}`,
    hint: 'correct the password, or the name: some BMCs answer alike for names that they do not know',
  });
}

function wrongKg({ label, user }: Target): IpmiError {
  return new IpmiAuthRejectedError({
    what: `${label} accepts the password of ${user} but not the BMC key (Kg)`,
    hint: 'give the key that is set on the BMC, or none if none is set',
  });
}

function unknownUser(what: string): IpmiError {
  return new IpmiUnknownUserError({ what, hint: 'correct the name, or enable the user on the BMC' });
}

function tooLittlePrivilege(what: string): IpmiError {
  return new IpmiPrivilegeError({ what, hint: "raise the user's limit, or ask for less privilege" });
}

function hex(byte: number): string {
  return `${byte.toString(16).toUpperCase().padStart(2, '0')}h`;
}
