import { Reader } from '../wire/reader.js';
import { Writer } from '../wire/writer.js';
import { NET_FN, nothing, type Command } from './command.js';

/*
 * The three commands that make and end sessions; callers of the client never send them.
 */

/** Session privilege levels (IPMI 2.0 §6.8). */
export const PRIVILEGES = { user: 2, operator: 3, administrator: 4 } as const;

/** A name of {@link PRIVILEGES}. */
export type Privilege = keyof typeof PRIVILEGES;

/** What a BMC says of itself before any session (§22.13). */
export interface AuthenticationCapabilities {
  /** Does this channel speak RMCP+ (IPMI 2.0)? */
  rmcpPlus: boolean;
}

/*
 * Request: channel (0Eh: this one, bit 7: IPMI 2.0 data wanted) · privilege.
 * Response: channel · types (bit 7: 2.0 data follow) · status · extended (bit 1: 2.0) · OEM(4)
 */

/** Asks an unknown BMC what it speaks; travels outside a session in the IPMI 1.5 format. */
export function getAuthenticationCapabilities(privilege: Privilege): Command<AuthenticationCapabilities> {
  return {
    name: 'Get Channel Authentication Capabilities',
    netFn: NET_FN.app,
    code: 0x38,
    data: Buffer.from([0x8e, PRIVILEGES[privilege]]),
    repeatable: true,
    decode(data) {
      const reader = new Reader(data);
      const types = reader.skip(1).u8();
      const extended = reader.skip(1).u8();
      return { rmcpPlus: (types & 0x80) !== 0 && (extended & 0x02) !== 0 };
    },
  };
}

/** Raises a new session, which starts at USER, to the level its commands need (§22.18). */
export function setSessionPrivilege(privilege: Privilege): Command<void> {
  return {
    name: 'Set Session Privilege Level',
    netFn: NET_FN.app,
    code: 0x3b,
    data: Buffer.from([PRIVILEGES[privilege]]),
    repeatable: true,
    decode: nothing,
  };
}

/** Frees the session's slot in the BMC (§22.19). */
export function closeSession(bmcSessionId: number): Command<void> {
  return {
    name: 'Close Session',
    netFn: NET_FN.app,
    code: 0x3c,
    data: new Writer().u32(bmcSessionId).toBuffer(),
    repeatable: true,
    decode: nothing,
  };
}
