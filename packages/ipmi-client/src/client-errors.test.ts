import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { bench, failureOf, newClient } from './bench.fixture.js';
import { IpmiError } from './errors.js';
import { SimulatedBmc } from './testing/simulated-bmc.js';

describe('errors', () => {
  it('tell wrong password, wrong name, privilege, suite and dead address apart', async () => {
    const { target, client, bmc } = await bench({ cipherSuites: [3] }, { cipherSuite: 'auto' });
    const ask = (change: object) => failureOf(client.bmc({ ...target, ...change }).getChassisStatus());
    const dead = await new SimulatedBmc({ users: [], hardware: { isPoweredOn: () => false, control() {} } }).listen();
    const cases = {
      'auth-rejected': await ask({ password: 'wrong' }),
      'unknown-user': await ask({ username: 'nobody' }),
      privilege: await ask({ username: 'viewer' }),
      'cipher-suite': await ask({ cipherSuite: 17 }),
      timeout: await failureOf(client.bmc({ ...target, port: dead.port + 1 }).getChassisStatus({ deadlineMs: 200 })),
    };
    for (const [code, error] of Object.entries(cases)) {
      expect(error.code).toBe(code);
      expect(error.retryable).toBe(code === 'timeout');
      expect(error.message).toMatch(/^BMC 127\.0\.0\.1:\d+ .*: ./);
      expect(error.message.endsWith(error.hint)).toBe(true);
      expect(inspect(error)).not.toContain('s3cret');
    }
    expect(await bmc.getChassisStatus()).toBeDefined();
  });

  it('tell a wrong BMC key', async () => {
    const { bmc } = await bench({ kg: Buffer.from('right') }, { kg: Buffer.from('wrong') });
    expect(await failureOf(bmc.getChassisStatus())).toMatchObject({ code: 'auth-rejected' });
    const without = await bench({ kg: Buffer.from('right') });
    expect((await failureOf(without.bmc.getChassisStatus())).message).toContain('BMC key (Kg)');
  });

  it('tell that the session’s privilege is too low for a command', async () => {
    const { bmc } = await bench({}, { username: 'viewer', privilege: 'user' });
    expect(await bmc.getChassisStatus()).toMatchObject({ poweredOn: false });
    expect(await failureOf(bmc.chassisControl('on'))).toMatchObject({ code: 'privilege' });
  });

  it('tell a user that the BMC ignores from a BMC that is away', async () => {
    const { client, target, sim } = await bench();
    sim.faults = { ignoreUnknownUsers: true };
    const call = client.bmc({ ...target, username: 'nobody' }).getChassisStatus();
    expect(await failureOf(call)).toMatchObject({ code: 'unknown-user' });
  });

  it('tell a suite that the BMC ignores from a BMC that is away', async () => {
    const { client, target, sim } = await bench({ cipherSuites: [3] });
    sim.faults = { ignoreUnknownCipherSuites: true };
    const call = client.bmc({ ...target, cipherSuite: 17 }).getChassisStatus();
    expect(await failureOf(call)).toMatchObject({ code: 'cipher-suite' });
  });

  it.each([
    [0xc1, 'unsupported', false],
    [0xc3, 'busy', true],
    [0xd2, 'busy', true],
    [0xd4, 'privilege', false],
    [0xd5, 'completion-code', false],
    [0x99, 'completion-code', false],
  ])('for completion code %i say %s', async (completionCode, code, retryable) => {
    const { bmc, sim } = await bench();
    sim.faults = { completionCode: { command: 'Get Chassis Status', code: completionCode } };
    expect(await failureOf(bmc.getChassisStatus())).toMatchObject({ code, retryable });
  });

  it('name the field of a target that cannot be used, and never its secrets', () => {
    const client = newClient();
    const target = { host: '192.0.2.1', username: 'admin', password: 's3cret-Pa55' };
    const refused = (change: object): string => {
      try {
        client.bmc({ ...target, ...change });
      } catch (error) {
        if (error instanceof IpmiError && error.code === 'invalid-target') return error.message;
      }
      throw new Error('the target was accepted');
    };
    expect(refused({ host: '' })).toContain('host');
    expect(refused({ port: 70_000 })).toContain('port');
    expect(refused({ username: 'x'.repeat(17) })).toContain('user name');
    expect(refused({ password: 'longer than twenty bytes' })).not.toContain('twenty bytes ');
    expect(refused({ kg: Buffer.alloc(21, 'k') })).toContain('Kg');
    expect(refused({ cipherSuite: 11 })).toContain('cipher suite 11');
    expect(refused({ privilege: 'root' })).toContain('privilege');
  });

  it('and handles show no secret when printed', async () => {
    const { bmc, client } = await bench();
    await bmc.getChassisStatus();
    expect(inspect([bmc, client], { depth: 20, showHidden: true })).not.toContain('s3cret');
    expect(JSON.stringify([bmc, client])).not.toContain('s3cret');
  });

  it('say that a host name does not resolve', async () => {
    const call = newClient().bmc({ host: 'no-such-bmc.invalid', username: 'a', password: 'b' }).getChassisStatus();
    expect(await failureOf(call)).toMatchObject({ code: expect.stringMatching(/^(address|timeout)$/) });
  });
});
