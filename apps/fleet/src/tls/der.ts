/**
 * The few ASN.1 types that a certificate needs, in DER (ITU-T X.690). Each function returns one complete
 * tag-length-value.
 */

function tlv(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), length(content.length), content]);
}

function length(value: number): Buffer {
  if (value < 0x80) return Buffer.from([value]);
  const bytes: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}

/** SEQUENCE of complete values. */
export const sequence = (...items: readonly Uint8Array[]): Buffer => tlv(0x30, ...items);

/** SET of complete values. */
export const set = (...items: readonly Uint8Array[]): Buffer => tlv(0x31, ...items);

/** BOOLEAN TRUE. */
export const yes = (): Buffer => tlv(0x01, Buffer.from([0xff]));

/** INTEGER from unsigned big-endian bytes. */
export function unsigned(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const trimmed = first < 0 ? Buffer.from([0]) : bytes.subarray(first);
  const negative = ((trimmed[0] ?? 0) & 0x80) !== 0;
  return tlv(0x02, negative ? Buffer.from([0]) : Buffer.alloc(0), trimmed);
}

/** OBJECT IDENTIFIER from its dotted form. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const base128 = [arc & 0x7f];
    for (let high = arc >>> 7; high > 0; high >>>= 7) base128.unshift((high & 0x7f) | 0x80);
    bytes.push(...base128);
  }
  return tlv(0x06, Buffer.from(bytes));
}

/** BIT STRING of whole bytes. */
export const bitString = (bytes: Uint8Array): Buffer => tlv(0x03, Buffer.from([0]), bytes);

/** OCTET STRING. */
export const octetString = (bytes: Uint8Array): Buffer => tlv(0x04, bytes);

/** UTF8String. */
export const utf8String = (text: string): Buffer => tlv(0x0c, Buffer.from(text, 'utf8'));

/** UTCTime, in whole seconds; good for the years 1950 to 2049. */
export function utcTime(date: Date): Buffer {
  const digits = date.toISOString().replace(/\D/g, '');
  return tlv(0x17, Buffer.from(`${digits.slice(2, 14)}Z`, 'ascii'));
}

/** Context-specific value `[number]`, constructed (explicit tagging). */
export const explicit = (number: number, content: Uint8Array): Buffer => tlv(0xa0 | number, content);

/** Context-specific value `[number]`, primitive (implicit tagging). */
export const implicit = (number: number, content: Uint8Array): Buffer => tlv(0x80 | number, content);
