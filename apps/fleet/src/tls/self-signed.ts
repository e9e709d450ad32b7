import { generateKeyPair, randomBytes, sign } from 'node:crypto';
import { promisify } from 'node:util';
import {
  bitString,
  explicit,
  implicit,
  objectId,
  octetString,
  sequence,
  set,
  unsigned,
  utcTime,
  utf8String,
  yes,
} from './der.js';

/** A certificate and its private key, both PEM. */
export interface ServerCertificate {
  readonly certificate: string;
  readonly key: string;
}

const ECDSA_WITH_SHA512 = '1.2.840.10045.4.3.4';
const COMMON_NAME = '2.5.4.3';
const SUBJECT_ALT_NAME = '2.5.29.17';
const HOUR_MS = 3_600_000;

/**
 * Makes what the real agent makes at each start: an EC P-384 key and a self-signed certificate with
 * SHA-512, CN = host name, SAN = the call-back address only (critical), valid from an hour ago for 30 days, no CA flag.
 * X.509 fields after RFC 5280 §4.1.
 *
 * @param address IPv4 address that the server listens on
 */
export async function selfSignedCertificate(hostName: string, address: string): Promise<ServerCertificate> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('ec', {
    namedCurve: 'P-384',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const now = Date.now();
  const name = sequence(set(sequence(objectId(COMMON_NAME), utf8String(hostName))));
  const algorithm = sequence(objectId(ECDSA_WITH_SHA512));
  const alternativeName = sequence(implicit(7, Buffer.from(address.split('.').map(Number))));
  const toBeSigned = sequence(
    explicit(0, unsigned(Buffer.from([2]))),
    unsigned(randomBytes(19)),
    algorithm,
    name,
    sequence(utcTime(new Date(now - HOUR_MS)), utcTime(new Date(now + 30 * 24 * HOUR_MS))),
    name,
    publicKey,
    explicit(3, sequence(sequence(objectId(SUBJECT_ALT_NAME), yes(), octetString(alternativeName)))),
  );
  const der = sequence(toBeSigned, algorithm, bitString(sign('sha512', toBeSigned, privateKey)));
  return { certificate: pem('CERTIFICATE', der), key: privateKey };
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
