/*
 * Algorithm numbers as Open Session carries them (IPMI 2.0 tables 13-17 to 13-19) and the suites that combine them
 * (§22.15.2, table 22-20). Left out: xRC4 (4, 5, 9, 10, 13, 14, 18, 19; broken) and the MD5-128 integrity of 11 and
 * 12, which is no HMAC and on which implementations disagree.
 */

/** One RAKP authentication algorithm. */
interface AuthenticationAlgorithm {
  id: number;
  /** Name for node:crypto; undefined for RAKP-none. */
  hash: string | undefined;
  /** Bytes of the codes in RAKP 2 and 3. */
  codeLength: number;
  /** Bytes of the integrity check value in RAKP 4. */
  checkLength: number;
}

/** One integrity algorithm: an HMAC under K1, cut to `codeLength` bytes. */
interface IntegrityAlgorithm {
  id: number;
  hash: string | undefined;
  codeLength: number;
}

const AUTH_NONE: AuthenticationAlgorithm = { id: 0, hash: undefined, codeLength: 0, checkLength: 0 };
const AUTH_SHA1: AuthenticationAlgorithm = { id: 1, hash: 'sha1', codeLength: 20, checkLength: 12 };
const AUTH_MD5: AuthenticationAlgorithm = { id: 2, hash: 'md5', codeLength: 16, checkLength: 16 };
const AUTH_SHA256: AuthenticationAlgorithm = { id: 3, hash: 'sha256', codeLength: 32, checkLength: 16 };

const INTEGRITY_NONE: IntegrityAlgorithm = { id: 0, hash: undefined, codeLength: 0 };
const INTEGRITY_SHA1_96: IntegrityAlgorithm = { id: 1, hash: 'sha1', codeLength: 12 };
const INTEGRITY_MD5_128: IntegrityAlgorithm = { id: 2, hash: 'md5', codeLength: 16 };
const INTEGRITY_SHA256_128: IntegrityAlgorithm = { id: 4, hash: 'sha256', codeLength: 16 };

/** What a session's messages are protected with. */
export interface CipherSuite {
  id: number;
  authentication: AuthenticationAlgorithm;
  integrity: IntegrityAlgorithm;
  /** 1 = AES-CBC-128, 0 = none. */
  confidentiality: 0 | 1;
}

/** The suites spoken here, by number. Suite 0 authenticates nobody: the client offers it only when told to. */
export const CIPHER_SUITES: ReadonlyMap<number, CipherSuite> = new Map(
  [
    suite(0, AUTH_NONE, INTEGRITY_NONE, 0),
    suite(1, AUTH_SHA1, INTEGRITY_NONE, 0),
    suite(2, AUTH_SHA1, INTEGRITY_SHA1_96, 0),
    suite(3, AUTH_SHA1, INTEGRITY_SHA1_96, 1),
    suite(6, AUTH_MD5, INTEGRITY_NONE, 0),
    suite(7, AUTH_MD5, INTEGRITY_MD5_128, 0),
    suite(8, AUTH_MD5, INTEGRITY_MD5_128, 1),
    suite(15, AUTH_SHA256, INTEGRITY_NONE, 0),
    suite(16, AUTH_SHA256, INTEGRITY_SHA256_128, 0),
    suite(17, AUTH_SHA256, INTEGRITY_SHA256_128, 1),
  ].map((entry) => [entry.id, entry]),
);

function suite(
  id: number,
  authentication: AuthenticationAlgorithm,
  integrity: IntegrityAlgorithm,
  confidentiality: 0 | 1,
): CipherSuite {
  return { id, authentication, integrity, confidentiality };
}
