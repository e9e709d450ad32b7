import { describe, expect, it } from 'vitest';
import { CIPHER_SUITES, type CipherSuite } from '../crypto/cipher-suites.js';
import { hex, knownAnswers, type RecordedCapture } from '../vectors/known-answers.js';
import { TruncatedError } from '../wire/reader.js';
import { decodeSessionPacket, encodeSessionPacket } from '../wire/session-header.js';
import { unwrapRmcp, wrapRmcp } from '../wire/rmcp.js';
import { Session } from './session.js';

const keys = { sik: Buffer.alloc(20, 1), k1: Buffer.alloc(32, 2), k2: Buffer.alloc(32, 3) };
const message = hex('2018c881080176');

function suiteOf(number: number): CipherSuite {
  const suite = CIPHER_SUITES.get(number);
  if (!suite) throw new Error(`suite ${number} is not in the table`);
  return suite;
}

/** Two sides of one session. */
function pair(suite: CipherSuite): { here: Session; there: Session } {
  return {
    here: new Session({ suite, keys, ownId: 0x11111111, peerId: 0x22222222 }),
    there: new Session({ suite, keys, ownId: 0x22222222, peerId: 0x11111111 }),
  };
}

function openQuietly(session: Session, datagram: Buffer): Buffer | undefined {
  try {
    return session.open(datagram);
  } catch (error) {
    if (error instanceof TruncatedError) return undefined;
    throw error;
  }
}

describe.each(knownAnswers.captures)('ipmitool’s own packets: $name', (capture: RecordedCapture) => {
  const suite = suiteOf(capture.suite);
  const { k1 = '', k2 = '', sik = '' } = capture.derived;
  const shared = { suite, keys: { sik: hex(sik), k1: hex(k1), k2: hex(k2) } };
  const consoleId = hex(capture.sidm).readUInt32LE();
  const bmcId = hex(capture.sidc).readUInt32LE();

  it('open on both sides to what was recorded', () => {
    const console = new Session({ ...shared, ownId: consoleId, peerId: bmcId });
    const bmc = new Session({ ...shared, ownId: bmcId, peerId: consoleId });
    const inSession = capture.packets.filter(({ plain }) => plain !== undefined);
    expect(inSession.length).toBeGreaterThan(10);
    for (const { packet, from, plain } of inSession) {
      const receiver = from === 'console' ? bmc : console;
      expect(receiver.open(hex(packet))?.toString('hex')).toBe(plain);
    }
  });
});

describe.each([...CIPHER_SUITES.values()])('a session with suite $id', (suite) => {
  it('opens what the other side sealed, once, for every length', () => {
    const { here, there } = pair(suite);
    for (let length = 0; length < 70; length += 1) {
      const data = Buffer.alloc(length, length);
      const datagram = here.seal(data);
      expect(there.open(datagram)).toEqual(data);
      expect(there.open(datagram)).toBeUndefined();
    }
  });

  it('opens nothing that was cut', () => {
    const { here, there } = pair(suite);
    const datagram = here.seal(message);
    for (let length = 0; length < datagram.length; length += 1) {
      expect(openQuietly(there, datagram.subarray(0, length))).toBeUndefined();
    }
    expect(there.open(datagram)).toEqual(message);
  });
});

const withIntegrity = [...CIPHER_SUITES.values()].filter(({ integrity }) => integrity.id !== 0);

describe.each(withIntegrity)('a session with the integrity algorithm of suite $id', (suite) => {
  it('opens nothing of which one bit was changed', () => {
    const { here, there } = pair(suite);
    const datagram = here.seal(message);
    for (let bit = 4 * 8; bit < datagram.length * 8; bit += 1) {
      const damaged = Buffer.from(datagram);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(openQuietly(there, damaged)).toBeUndefined();
    }
    expect(there.open(datagram)).toEqual(message);
  });
});

describe('a session that authenticates and encrypts', () => {
  const suite = suiteOf(17);

  it('refuses a packet that says it does neither', () => {
    const { there } = pair(suite);
    const plain = { payloadType: 0, sessionId: 0x22222222, sequence: 1, payload: message };
    for (const flags of [
      { encrypted: false, authenticated: false },
      { encrypted: true, authenticated: false },
      { encrypted: false, authenticated: true },
    ]) {
      expect(there.open(wrapRmcp(encodeSessionPacket({ ...plain, ...flags })))).toBeUndefined();
    }
  });

  it('refuses another session’s packet and its own', () => {
    const { here, there } = pair(suite);
    const datagram = here.seal(message);
    expect(here.open(datagram)).toBeUndefined();
    const stranger = new Session({ suite, keys, ownId: 0x33333333, peerId: 1 });
    expect(stranger.open(datagram)).toBeUndefined();
    expect(there.open(datagram)).toEqual(message);
  });

  it('takes packets in another order, and drops those that are far behind', () => {
    const { here, there } = pair(suite);
    const datagrams = Array.from({ length: 30 }, () => here.seal(message));
    const [first, second, third] = datagrams;
    if (!first || !second || !third) throw new Error('three were sealed');
    expect(there.open(third)).toEqual(message);
    expect(there.open(first)).toEqual(message);
    for (const datagram of datagrams.slice(3)) expect(there.open(datagram)).toEqual(message);
    expect(there.open(second)).toBeUndefined();
  });

  it('numbers each sealing anew and never uses an IV twice', () => {
    const { here } = pair(suite);
    const packets = [here.seal(message), here.seal(message)].map((datagram) => {
      const bytes = unwrapRmcp(datagram);
      return bytes && decodeSessionPacket(bytes);
    });
    expect(packets.map((packet) => packet?.sequence)).toEqual([1, 2]);
    expect(new Set(packets.map((packet) => packet?.payload.toString('hex', 0, 16))).size).toBe(2);
  });
});
