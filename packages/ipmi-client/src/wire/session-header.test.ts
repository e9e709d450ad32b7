import { describe, expect, it } from 'vitest';
import { hex, knownAnswers } from '../vectors/known-answers.js';
import { TruncatedError } from './reader.js';
import { unwrapRmcp, wrapRmcp } from './rmcp.js';
import {
  decodeLegacyPacket,
  decodeSessionPacket,
  encodeLegacyPacket,
  encodeSessionless,
  encodeSessionPacket,
} from './session-header.js';

const datagrams = knownAnswers.handshakes.flatMap(({ packets }) =>
  packets.flatMap(({ request, response }) => [hex(request), hex(response)]),
);

function unwrapped(datagram: Buffer): Buffer {
  const packet = unwrapRmcp(datagram);
  if (!packet) throw new Error('not IPMI');
  return packet;
}

describe('RMCP', () => {
  it('lets through IPMI and nothing else', () => {
    expect(unwrapRmcp(hex('0600ff07aa'))).toEqual(hex('aa'));
    expect(wrapRmcp(hex('aa'))).toEqual(hex('0600ff07aa'));
    const others = ['', '06', '0600ff07', '0600ff06000011be4000001000', '0500ff07aa', '0600ff87'];
    for (const other of others) expect(unwrapRmcp(hex(other))).toBeUndefined();
  });
});

describe('recorded packets', () => {
  it('read and write the same, in both formats', () => {
    for (const datagram of datagrams) {
      const packet = unwrapped(datagram);
      const session = decodeSessionPacket(packet);
      const legacy = decodeLegacyPacket(packet);
      const written = [
        session && Buffer.concat([encodeSessionPacket(session), session.trailer]),
        legacy && encodeLegacyPacket(legacy),
      ];
      expect(written.filter((one) => one !== undefined)).toEqual([packet]);
    }
  });

  it('cut anywhere before the trailer are too short, and say so', () => {
    for (const datagram of datagrams) {
      const packet = unwrapped(datagram);
      const decode = packet[0] === 0x06 ? decodeSessionPacket : decodeLegacyPacket;
      const trailerLength = decodeSessionPacket(packet)?.trailer.length ?? 0;
      for (let length = 0; length < packet.length - trailerLength; length += 1) {
        expect(() => decode(packet.subarray(0, length))).toThrow(TruncatedError);
      }
    }
  });

  it('outside a session carry neither id nor number', () => {
    const packet = decodeSessionPacket(encodeSessionless(0x10, hex('0102')));
    expect(packet).toMatchObject({ payloadType: 0x10, sessionId: 0, sequence: 0, encrypted: false, trailer: hex('') });
  });
});
