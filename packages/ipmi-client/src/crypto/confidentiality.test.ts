import { createCipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hex, knownAnswers } from '../vectors/known-answers.js';
import { decryptPayload, encryptPayload } from './confidentiality.js';

const { key, iv, cases } = knownAnswers.aes_cbc_128_padding;

describe('AES payloads', () => {
  it.each(cases)('of "$plain" are as recorded, both ways', ({ plain, payload }) => {
    expect(encryptPayload(hex(key), hex(iv), hex(plain)).toString('hex')).toBe(payload);
    expect(decryptPayload(hex(key), hex(payload))?.toString('hex')).toBe(plain);
  });

  it('of every length come back unchanged', () => {
    for (let length = 0; length <= 64; length += 1) {
      const data = Buffer.alloc(length, length);
      expect(decryptPayload(hex(key), encryptPayload(hex(key), hex(iv), data))).toEqual(data);
    }
  });

  it('cut anywhere are refused', () => {
    const payload = encryptPayload(hex(key), hex(iv), Buffer.alloc(40, 7));
    for (let length = 0; length < payload.length; length += 1) {
      const cut = decryptPayload(hex(key), payload.subarray(0, length));
      // A cut at a block's end leaves a last byte that may look like a pad length, hardly ever with the right pad.
      expect(cut === undefined || length % 16 === 0).toBe(true);
    }
  });

  it.each([
    ['a pad length beyond the block', '00'.repeat(15) + '10'],
    ['a pad longer than the data', '0102030405060708090a0b0c0d0e0fff'],
    ['pad bytes other than 1, 2, 3', 'aa'.repeat(12) + '01020403'],
  ])('with %s are refused', (_what, padded) => {
    const cipher = createCipheriv('aes-128-cbc', hex(key), hex(iv)).setAutoPadding(false);
    const payload = Buffer.concat([hex(iv), cipher.update(hex(padded)), cipher.final()]);
    expect(decryptPayload(hex(key), payload)).toBeUndefined();
  });
});
