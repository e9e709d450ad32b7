import { createHmac } from 'node:crypto';
import { CIPHER_SUITES, type CipherSuite } from '../crypto/cipher-suites.js';
import type { RakpSecrets } from '../crypto/keys.js';
import { PRIVILEGES, type Privilege } from '../commands/session-commands.js';
import { IpmiTargetError } from '../errors.js';

/** A BMC and how to log in to it. */
export interface BmcTarget {
  /** Host name or address, IPv4 or IPv6. */
  host: string;
  /** UDP port; default 623. */
  port?: number | undefined;
  /** At most 16 bytes; empty for the anonymous user. */
  username: string;
  /** At most 20 bytes. */
  password: string;
  /**
   * `auto` (default) tries 17, then 3. A number is used as is: 1-3 (SHA-1), 6-8 (MD5), 15-17 (SHA-256); only 3, 8
   * and 17 encrypt, and 1, 6 and 15 protect the log-in but no command. 0 needs {@link allowUnauthenticated}.
   */
  cipherSuite?: number | 'auto' | undefined;
  /** Privilege of the session; default `administrator`. Power and boot commands need `operator`. */
  privilege?: Privilege | undefined;
  /** BMC key for two-key log-ins, at most 20 bytes; leave out where none is set. */
  kg?: Buffer | undefined;
  /**
   * `name` (default) finds the user by name alone; `name-privilege` by name and privilege, for BMCs that know one name
   * several times (IPMI 2.0 §13.20).
   */
  lookup?: 'name' | 'name-privilege' | undefined;
  /** Permits cipher suite 0, which lets anybody in. */
  allowUnauthenticated?: boolean | undefined;
}

/** A target that was checked and can be used. */
export interface Target {
  host: string;
  port: number;
  /** For people: `BMC 192.0.2.7:623`. */
  label: string;
  /** For people. */
  user: string;
  username: Buffer;
  secrets: RakpSecrets;
  /** To try in this order. */
  suites: readonly CipherSuite[];
  privilege: Privilege;
  role: number;
}

const AUTOMATIC_SUITES = [17, 3];
const NAME_ONLY = 0x10;

/** @throws IpmiTargetError naming the field that cannot be used. */
export function parseTarget(given: BmcTarget): Target {
  const { host, port = 623, privilege = 'administrator', lookup = 'name' } = given;
  if (host === '') throw new IpmiTargetError({ what: 'A BMC was given without a host', hint: 'name its address' });
  const label = `BMC ${host.includes(':') ? `[${host}]` : host}:${port}`;
  const refuse = (what: string, hint: string): never => {
    throw new IpmiTargetError({ what: `${label} cannot be used, ${what}`, hint });
  };
  if (!Number.isInteger(port) || port < 1 || port > 65535) refuse('its port is no UDP port', 'use 1 to 65535');
  if (!Object.hasOwn(PRIVILEGES, privilege)) refuse('its privilege is unknown', `use ${names(PRIVILEGES)}`);
  const username = Buffer.from(given.username);
  if (username.length > 16) refuse('its user name is longer than 16 bytes', 'use the name as the BMC knows it');
  const password = Buffer.from(given.password);
  if (password.length > 20) refuse('its password is longer than 20 bytes', 'IPMI 2.0 passwords end there: shorten it');
  if (given.kg && given.kg.length > 20) refuse('its BMC key (Kg) is longer than 20 bytes', 'use the key as it is set');
  const suites = suitesOf(given, refuse);
  return {
    host,
    port,
    label,
    user: given.username === '' ? 'the anonymous user' : `user ${given.username}`,
    username,
    secrets: { password, kg: given.kg },
    suites,
    privilege,
    role: PRIVILEGES[privilege] | (lookup === 'name' ? NAME_ONLY : 0),
  };
}

/** Equal for two targets exactly if they may share a session; says nothing of the secrets without `salt`. */
export function sessionKeyOf(target: Target, salt: Buffer): string {
  const { host, port, username, secrets, suites, role } = target;
  const digest = createHmac('sha256', salt);
  for (const part of [username, secrets.password, secrets.kg ?? Buffer.alloc(0)]) {
    digest.update(Buffer.from([part.length])).update(part);
  }
  digest.update(Buffer.from([role, ...suites.map(({ id }) => id)]));
  return `${host} ${port} ${digest.digest('base64')}`;
}

function suitesOf(given: BmcTarget, refuse: (what: string, hint: string) => never): CipherSuite[] {
  const { cipherSuite = 'auto' } = given;
  if (cipherSuite === 0 && given.allowUnauthenticated !== true) {
    refuse('cipher suite 0 authenticates nobody', 'use 17 or 3, or allow it explicitly');
  }
  const numbers = cipherSuite === 'auto' ? AUTOMATIC_SUITES : [cipherSuite];
  return numbers.map((number) => {
    const known = [...CIPHER_SUITES.keys()].filter((id) => id !== 0).join(', ');
    return CIPHER_SUITES.get(number) ?? refuse(`cipher suite ${number} is not spoken here`, `use one of ${known}`);
  });
}

function names(table: object): string {
  return Object.keys(table).join(', ');
}
