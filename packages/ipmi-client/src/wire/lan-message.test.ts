import { describe, expect, it } from 'vitest';
import { hex, knownAnswers } from '../vectors/known-answers.js';
import { checksum } from './checksum.js';
import { decodeLanRequest, decodeLanResponse, encodeLanRequest, encodeLanResponse } from './lan-message.js';

const recorded = knownAnswers.handshakes.flatMap(({ packets }) => packets);
const requests = [...new Set(recorded.flatMap(({ plain_request }) => plain_request ?? []))];
const responses = [...new Set(recorded.flatMap(({ plain_response }) => plain_response ?? []))];

describe('checksums', () => {
  it.each(knownAnswers.ipmb_checksums)('of $bytes is $checksum', ({ bytes, checksum: expected }) => {
    expect(checksum(hex(bytes))).toBe(parseInt(expected, 16));
  });
});

describe('a LAN request', () => {
  it.each(requests)('%s reads and writes as recorded', (message) => {
    const request = decodeLanRequest(hex(message));
    if (!request) throw new Error('not a request');
    expect(encodeLanRequest(request).toString('hex')).toBe(message);
  });

  it('reads field by field', () => {
    expect(decodeLanRequest(hex('2018c881103c0208000029'))).toEqual({
      netFn: 0x06,
      sequence: 4,
      command: 0x3c,
      data: hex('02080000'),
    });
  });

  it('cut anywhere is none', () => {
    for (const message of requests) {
      for (let length = 0; length < message.length / 2; length += 1) {
        expect(decodeLanRequest(hex(message).subarray(0, length))).toBeUndefined();
      }
    }
  });

  it('is not taken for a response, nor a response for a request', () => {
    for (const message of requests) expect(decodeLanResponse(hex(message))).toBeUndefined();
    for (const message of responses) expect(decodeLanRequest(hex(message))).toBeUndefined();
  });
});

describe('a LAN response', () => {
  it.each(responses)('%s reads as recorded', (message) => {
    const response = decodeLanResponse(hex(message));
    if (!response) throw new Error('not a response');
    // goipmi-server puts its own address, and its checksums with it, where the console's belongs.
    const written = encodeLanResponse(response).toString('hex');
    expect(written.slice(6, -2)).toBe(message.slice(6, -2));
    expect(written.slice(0, 2)).toBe('81');
  });

  it('reads field by field', () => {
    expect(decodeLanResponse(hex('81047b200c0100000000d3'))).toEqual({
      netFn: 0x00,
      sequence: 3,
      command: 0x01,
      completionCode: 0,
      data: hex('000000'),
    });
  });

  it('cut anywhere, or with any bit wrong, is none', () => {
    for (const message of responses) {
      for (let length = 0; length < message.length / 2; length += 1) {
        expect(decodeLanResponse(hex(message).subarray(0, length))).toBeUndefined();
      }
      for (let bit = 0; bit < message.length * 4; bit += 1) {
        const damaged = hex(message);
        damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(decodeLanResponse(damaged)).toBeUndefined();
      }
    }
  });
});
