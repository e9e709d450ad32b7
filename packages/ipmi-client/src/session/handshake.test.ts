import { describe, expect, it } from 'vitest';
import { CIPHER_SUITES } from '../crypto/cipher-suites.js';
import { hex, knownAnswers, type RecordedHandshake } from '../vectors/known-answers.js';
import { TruncatedError } from '../wire/reader.js';
import { Handshake, HandshakeFailure } from './handshake.js';

const recordings = knownAnswers.handshakes;

function packetsOf(recording: RecordedHandshake, what: string): { request: string; response: Buffer } {
  const found = recording.packets.find((packet) => packet.what === what);
  if (!found) throw new Error(`${what} was not recorded`);
  return { request: found.request, response: hex(found.response) };
}

interface Changes {
  password?: string;
  kg?: Buffer;
  suite?: number;
}

/** The recorded console again: same names, same random numbers. */
function consoleOf(recording: RecordedHandshake, changes: Changes = {}): Handshake {
  const suite = CIPHER_SUITES.get(changes.suite ?? recording.suite);
  if (!suite) throw new Error('no such suite');
  const kg = changes.kg ?? (recording.kg === null ? undefined : Buffer.from(recording.kg));
  return new Handshake(
    {
      suite,
      username: Buffer.from(recording.username),
      secrets: { password: Buffer.from(changes.password ?? recording.password), kg },
      role: recording.role_byte,
    },
    {
      tag: 0,
      consoleSessionId: hex(recording.console_session_id).readUInt32LE(),
      consoleRandom: hex(recording.console_random),
      iv: ivsOf(recording),
    },
  );
}

function ivsOf(recording: RecordedHandshake): () => Buffer {
  const ivs = recording.packets.flatMap(({ iv }) => iv ?? []);
  return () => hex(ivs.shift() ?? '');
}

function recordingNamed(name: string): RecordedHandshake {
  const found = recordings.find((one) => one.name === name);
  if (!found) throw new Error(`${name} was not recorded`);
  return found;
}

const suite3 = recordingNamed('suite 3, ipmi_sim');
const suite17 = recordingNamed('suite 17, goipmi-server');

describe.each(recordings)('with the random numbers of: $name', (recording) => {
  it('the log-in and every packet in the session are byte for byte the recorded ones', () => {
    const handshake = consoleOf(recording);
    const open = packetsOf(recording, 'Open Session');
    const rakp12 = packetsOf(recording, 'RAKP 1 / 2');
    const rakp34 = packetsOf(recording, 'RAKP 3 / 4');
    expect(handshake.openSession().toString('hex')).toBe(open.request);
    expect(handshake.takeOpenSession(open.response)).toBe(true);
    expect(handshake.rakp1().toString('hex')).toBe(rakp12.request);
    expect(handshake.takeRakp2(rakp12.response)).toBe(true);
    expect(handshake.rakp3().toString('hex')).toBe(rakp34.request);
    expect(handshake.takeRakp4(rakp34.response)).toBe(true);

    const session = handshake.session();
    for (const { request, response, plain_request, plain_response } of recording.packets) {
      if (plain_request === undefined) continue;
      expect(session.seal(hex(plain_request)).toString('hex')).toBe(request);
      expect(session.open(hex(response))?.toString('hex')).toBe(plain_response);
      expect(session.open(hex(response))).toBeUndefined(); // a duplicate
    }
  });

  it('no answer of the log-in that is cut anywhere is taken, whatever length it claims', () => {
    const handshake = consoleOf(recording);
    const refusesCuts = (answer: Buffer, take: (datagram: Buffer) => boolean): void => {
      for (let length = 0; length < answer.length; length += 1)
        expect(isTaken(answer.subarray(0, length), take)).toBe(false);
      for (const shorter of shortened(answer)) expect(isTaken(shorter, take)).toBe(false);
    };
    const open = packetsOf(recording, 'Open Session').response;
    const rakp2 = packetsOf(recording, 'RAKP 1 / 2').response;
    const rakp4 = packetsOf(recording, 'RAKP 3 / 4').response;
    refusesCuts(open, (datagram) => handshake.takeOpenSession(datagram));
    expect(handshake.takeOpenSession(open)).toBe(true);
    refusesCuts(rakp2, (datagram) => handshake.takeRakp2(datagram));
    expect(handshake.takeRakp2(rakp2)).toBe(true);
    refusesCuts(rakp4, (datagram) => handshake.takeRakp4(datagram));
    expect(handshake.takeRakp4(rakp4)).toBe(true);
  });
});

function isTaken(datagram: Buffer, take: (datagram: Buffer) => boolean): boolean {
  try {
    return take(datagram);
  } catch (error) {
    if (error instanceof TruncatedError) return false;
    if (error instanceof HandshakeFailure && error.reason === 'length') return false;
    throw error;
  }
}

/** The datagram with every smaller payload, the header's length field agreeing. */
function shortened(datagram: Buffer): Buffer[] {
  const whole = datagram.readUInt16LE(14);
  return Array.from({ length: whole }, (_, length) => {
    const copy = Buffer.from(datagram.subarray(0, 16 + length));
    copy.writeUInt16LE(length, 14);
    return copy;
  });
}

/** The datagram with these payload bytes changed: RMCP and session header are 16 bytes. */
function altered(datagram: Buffer, offset: number, ...bytes: number[]): Buffer {
  const copy = Buffer.from(datagram);
  copy.set(bytes, 16 + offset);
  return copy;
}

describe('a log-in', () => {
  it('passes over answers to other messages and to other consoles', () => {
    const handshake = consoleOf(suite3);
    const { response } = packetsOf(suite3, 'Open Session');
    expect(handshake.takeOpenSession(altered(response, 0, 0x55))).toBe(false);
    expect(handshake.takeOpenSession(altered(response, 4, 0x55))).toBe(false);
    expect(handshake.takeOpenSession(packetsOf(suite3, 'RAKP 1 / 2').response)).toBe(false);
    expect(handshake.takeOpenSession(packetsOf(suite3, 'Get Device ID').response)).toBe(false);
    expect(handshake.takeOpenSession(response)).toBe(true);
    const rakp2 = packetsOf(suite3, 'RAKP 1 / 2').response;
    expect(handshake.takeRakp2(altered(rakp2, 4, 0x55))).toBe(false);
    expect(handshake.takeRakp2(rakp2)).toBe(true);
  });

  it('refuses a weaker suite than the proposed one, and says goodbye to the session it came with', () => {
    const handshake = consoleOf(suite3, { suite: 17 });
    const { response } = packetsOf(suite3, 'Open Session');
    expect(failureOf(() => handshake.takeOpenSession(response))).toMatchObject({ reason: 'downgrade' });
    expect(handshake.abandon(0x01)?.subarray(16).toString('hex')).toBe('02010000' + suite3.bmc_session_id);
  });

  it.each([suite3, suite17])('tells a wrong password by the BMC’s code ($name)', (recording) => {
    const handshake = consoleOf(recording, { password: 'other' });
    handshake.takeOpenSession(packetsOf(recording, 'Open Session').response);
    const failure = failureOf(() => handshake.takeRakp2(packetsOf(recording, 'RAKP 1 / 2').response));
    expect(failure).toMatchObject({ stage: 'rakp-2', reason: 'code' });
  });

  it('tells a wrong BMC key by the BMC’s check value', () => {
    const handshake = consoleOf(suite3, { kg: Buffer.from('other') });
    handshake.takeOpenSession(packetsOf(suite3, 'Open Session').response);
    expect(handshake.takeRakp2(packetsOf(suite3, 'RAKP 1 / 2').response)).toBe(true);
    const failure = failureOf(() => handshake.takeRakp4(packetsOf(suite3, 'RAKP 3 / 4').response));
    expect(failure).toMatchObject({ stage: 'rakp-4', reason: 'code' });
  });

  it('reads a refusal however short', () => {
    const handshake = consoleOf(suite3);
    for (const payload of ['0001', '00010000', '00010000a4a3a2a0']) {
      const length = Buffer.from([payload.length / 2, 0]).toString('hex');
      const refusal = hex(`0600ff0706110000000000000000${length}${payload}`);
      expect(failureOf(() => handshake.takeOpenSession(refusal))).toMatchObject({ reason: 'status', status: 1 });
    }
  });

  it('uses other ids and random numbers each time', () => {
    const suite = CIPHER_SUITES.get(17);
    if (!suite) throw new Error('suite 17 is not in the table');
    const options = {
      suite,
      username: Buffer.from('admin'),
      secrets: { password: Buffer.from('password'), kg: undefined },
      role: 0x14,
    };
    const ids = [1, 2, 3].map(() => new Handshake(options).openSession().toString('hex', 20, 24));
    expect(new Set(ids).size).toBe(3);
  });
});

function failureOf(act: () => unknown): HandshakeFailure {
  try {
    act();
  } catch (error) {
    if (error instanceof HandshakeFailure) return error;
    throw error;
  }
  throw new Error('nothing failed');
}
