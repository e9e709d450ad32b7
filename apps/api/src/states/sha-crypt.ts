import { createHash, randomInt } from 'node:crypto';

const symbols = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const rounds = 5_000;
const size = 32;

/** The order in which the bytes of a SHA-256 digest become text, three at a time. */
const triples = [
  [0, 10, 20],
  [21, 1, 11],
  [12, 22, 2],
  [3, 13, 23],
  [24, 4, 14],
  [15, 25, 5],
  [6, 16, 26],
  [27, 7, 17],
  [18, 28, 8],
  [9, 19, 29],
] as const;

/** A salt of 16 characters. */
export function newSalt(): string {
  return Array.from({ length: 16 }, () => symbols.charAt(randomInt(symbols.length))).join('');
}

/**
 * `$5$salt$hash` as in /etc/shadow: SHA-256 crypt with 5,000 rounds (U. Drepper, Unix crypt using SHA-256 and SHA-512),
 * which the agent writes as the rescue ramdisk's password (`[conductor]rescue_password_hash_algorithm` sha256).
 *
 * @param salt up to 16 characters of `./0-9A-Za-z`
 */
export function sha256Crypt(password: string, salt = newSalt()): string {
  const key = Buffer.from(password, 'utf8');
  const salted = Buffer.from(salt, 'ascii');
  const p = repeated(sha256(...Array.from(key, () => key)), key.length);
  const first = firstDigest(key, salted);
  const s = repeated(sha256(...Array.from({ length: 16 + byte(first, 0) }, () => salted)), salted.length);

  let digest = first;
  for (let round = 0; round < rounds; round++) {
    const odd = round % 2 === 1;
    digest = sha256(
      odd ? p : digest,
      ...(round % 3 === 0 ? [] : [s]),
      ...(round % 7 === 0 ? [] : [p]),
      odd ? digest : p,
    );
  }
  return `$5$${salt}$${textOf(digest)}`;
}

function firstDigest(key: Buffer, salt: Buffer): Buffer {
  const other = sha256(key, salt, key);
  const bits: Buffer[] = [];
  for (let left = key.length; left > 0; left >>= 1) bits.push(left & 1 ? other : key);
  return sha256(key, salt, repeated(other, key.length), ...bits);
}

function sha256(...parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function repeated(digest: Buffer, length: number): Buffer {
  return Buffer.alloc(length, digest.subarray(0, size));
}

function textOf(digest: Buffer): string {
  const text = triples.map(([a, b, c]) =>
    sixBits((byte(digest, a) << 16) | (byte(digest, b) << 8) | byte(digest, c), 4),
  );
  return text.join('') + sixBits((byte(digest, 31) << 8) | byte(digest, 30), 3);
}

/** Lowest bits first. */
function sixBits(value: number, count: number): string {
  return Array.from({ length: count }, (_, at) => symbols.charAt((value >> (6 * at)) & 63)).join('');
}

function byte(buffer: Buffer, at: number): number {
  return buffer[at] ?? 0;
}
