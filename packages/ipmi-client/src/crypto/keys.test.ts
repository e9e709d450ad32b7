import { describe, expect, it } from 'vitest';
import { hex, knownAnswers } from '../vectors/known-answers.js';
import { CIPHER_SUITES, type CipherSuite } from './cipher-suites.js';
import * as keys from './keys.js';

interface Case {
  name: string;
  suite: CipherSuite;
  context: keys.RakpContext;
  secrets: keys.RakpSecrets;
  derived: Record<string, string | undefined>;
}

function suiteOf(number: number): CipherSuite {
  const suite = CIPHER_SUITES.get(number);
  if (!suite) throw new Error(`suite ${number} is not in the table`);
  return suite;
}

const handshakes: Case[] = knownAnswers.handshakes.map((one) => ({
  name: one.name,
  suite: suiteOf(one.suite),
  context: {
    consoleSessionId: hex(one.console_session_id).readUInt32LE(),
    bmcSessionId: hex(one.bmc_session_id).readUInt32LE(),
    consoleRandom: hex(one.console_random),
    bmcRandom: hex(one.bmc_random),
    bmcGuid: hex(one.bmc_guid),
    role: one.role_byte,
    username: Buffer.from(one.username),
  },
  secrets: { password: Buffer.from(one.password), kg: one.kg === null ? undefined : Buffer.from(one.kg) },
  derived: { ...one.derived },
}));

const captures: Case[] = knownAnswers.captures.map((one) => ({
  name: one.name,
  suite: suiteOf(one.suite),
  context: {
    consoleSessionId: hex(one.sidm).readUInt32LE(),
    bmcSessionId: hex(one.sidc).readUInt32LE(),
    consoleRandom: hex(one.rm),
    bmcRandom: hex(one.rc),
    bmcGuid: hex(one.guid),
    role: one.role_byte,
    username: Buffer.from(one.username),
  },
  secrets: { password: Buffer.from(one.password), kg: undefined },
  derived: { ...one.derived },
}));

describe.each([...handshakes, ...captures])('keys of: $name', ({ suite, context, secrets, derived }) => {
  it('are those that both sides of the recording used', () => {
    const session = keys.sessionKeys(suite, context, secrets);
    const computed = {
      rakp2_input: keys.rakp2Input(context),
      rakp2_code: keys.rakp2Code(suite, context, secrets),
      rakp3_input: keys.rakp3Input(context),
      rakp3_code: keys.rakp3Code(suite, context, secrets),
      sik_input: keys.sikInput(context),
      sik: session.sik,
      k1: session.k1,
      k2: session.k2,
      rakp4_input: keys.rakp4Input(context),
      rakp4_code: keys.rakp4Check(suite, context, session),
    };
    const recorded = Object.entries(computed).map(([what, bytes]) => [what, derived[what] ?? bytes.toString('hex')]);
    expect(Object.entries(computed).map(([what, bytes]) => [what, bytes.toString('hex')])).toEqual(recorded);
  });
});

describe('RAKP-none', () => {
  it.each(handshakes.filter(({ suite }) => suite.id === 0))('has no codes ($name)', ({ suite, context, secrets }) => {
    expect(keys.rakp2Code(suite, context, secrets)).toHaveLength(0);
    expect(keys.rakp3Code(suite, context, secrets)).toHaveLength(0);
  });
});

describe('the BMC key', () => {
  it('of all zeros counts as none', () => {
    const [one] = captures;
    if (!one) throw new Error('no capture');
    const zeros = keys.sessionKeys(one.suite, one.context, { ...one.secrets, kg: Buffer.alloc(20) });
    expect(zeros.sik).toEqual(keys.sessionKeys(one.suite, one.context, one.secrets).sik);
  });
});

describe('comparing codes', () => {
  it('takes other lengths for other codes', () => {
    expect(keys.codesEqual(Buffer.from('ab'), Buffer.from('abc'))).toBe(false);
    expect(keys.codesEqual(Buffer.from('abc'), Buffer.from('abd'))).toBe(false);
    expect(keys.codesEqual(Buffer.from('abc'), Buffer.from('abc'))).toBe(true);
  });
});
