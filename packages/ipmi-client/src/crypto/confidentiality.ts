import { createCipheriv, createDecipheriv } from 'node:crypto';

/*
 * AES-CBC-128 payload (IPMI 2.0 §13.29): IV(16) · AES( data · 01 02 03 … · pad length ), with 0-15 pad bytes so that
 * the encrypted part is a multiple of 16. The key is the first 16 bytes of K2.
 */

const BLOCK = 16;
const ALGORITHM = 'aes-128-cbc';

/** Encrypts a payload; `iv` is 16 random bytes. */
export function encryptPayload(k2: Buffer, iv: Buffer, data: Buffer): Buffer {
  const padLength = (BLOCK - ((data.length + 1) % BLOCK)) % BLOCK;
  const pad = Buffer.from(Array.from({ length: padLength }, (_, index) => index + 1));
  const cipher = createCipheriv(ALGORITHM, k2.subarray(0, BLOCK), iv).setAutoPadding(false);
  return Buffer.concat([iv, cipher.update(Buffer.concat([data, pad, Buffer.from([padLength])])), cipher.final()]);
}

/** Decrypts a payload whose integrity was verified; undefined if length or padding are not as the standard says. */
export function decryptPayload(k2: Buffer, payload: Buffer): Buffer | undefined {
  if (payload.length < 2 * BLOCK || payload.length % BLOCK !== 0) return undefined;
  const decipher = createDecipheriv(ALGORITHM, k2.subarray(0, BLOCK), payload.subarray(0, BLOCK)).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(payload.subarray(BLOCK)), decipher.final()]);
  const padLength = padded.at(-1) ?? 0;
  const end = padded.length - 1 - padLength;
  if (padLength >= BLOCK || end < 0) return undefined;
  for (let index = 0; index < padLength; index += 1) {
    if (padded[end + index] !== index + 1) return undefined;
  }
  return padded.subarray(0, end);
}
