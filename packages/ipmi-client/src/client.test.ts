import { networkInterfaces } from 'node:os';
import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { bench, newClient, relayed } from './bench.fixture.js';
import { IpmiError } from './errors.js';
import { SimulatedBmc } from './testing/simulated-bmc.js';

async function failureOf(call: Promise<unknown>): Promise<IpmiError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof IpmiError) return error;
    throw error;
  }
  throw new Error('the call succeeded');
}

describe('power', () => {
  it.each([17, 3, 2, 1, 16, 15, 8, 7, 6])('is switched and read with suite %i', async (cipherSuite) => {
    const { bmc, machine } = await bench({ cipherSuites: [cipherSuite] }, { cipherSuite });
    expect(await bmc.getChassisStatus()).toMatchObject({ poweredOn: false, restorePolicy: 'off', identify: 'off' });
    await bmc.chassisControl('on');
    expect(await bmc.getChassisStatus()).toMatchObject({ poweredOn: true });
    for (const action of ['cycle', 'reset', 'soft', 'off'] as const) await bmc.chassisControl(action);
    expect(machine.actions).toEqual(['on', 'cycle', 'reset', 'soft', 'off']);
  });

  it('is switched without any authentication only if that was allowed', async () => {
    const { client, target, machine } = await bench({ cipherSuites: [0] });
    expect(() => client.bmc({ ...target, cipherSuite: 0 })).toThrow('cipher suite 0 authenticates nobody');
    await client.bmc({ ...target, cipherSuite: 0, allowUnauthenticated: true }).chassisControl('on');
    expect(machine.actions).toEqual(['on']);
  });

  it('works with a BMC key', async () => {
    const kg = Buffer.from('a key of the BMC');
    const { bmc } = await bench({ kg }, { kg });
    expect(await bmc.getChassisStatus()).toMatchObject({ poweredOn: false });
  });

  it('works for a user looked up by name and privilege', async () => {
    const users = [
      { name: 'twin', password: 'first', privilege: 'user' as const },
      { name: 'twin', password: 'second', privilege: 'operator' as const },
    ];
    const { bmc, machine } = await bench(
      { users },
      { username: 'twin', password: 'second', privilege: 'operator', lookup: 'name-privilege' },
    );
    await bmc.chassisControl('on');
    expect(machine.actions).toEqual(['on']);
  });
});

describe('the boot device', () => {
  it.each([
    ['pxe', { persistent: true, efi: true }],
    ['disk', { persistent: false, efi: true }],
    ['cdrom', { persistent: true, efi: false }],
    ['bios', {}],
  ] as const)('%s with %o is read back as set', async (device, options) => {
    const { bmc, sim } = await bench();
    await bmc.setBootDevice(device, options);
    const expected = { valid: true, device, persistent: false, efi: false, ...options };
    expect(await bmc.getBootDevice()).toEqual(expected);
    expect(sim.bootFlags).toEqual(expected);
  });

  it('for one boot is used up by that boot, a persistent one is not', async () => {
    const { bmc, sim } = await bench();
    await bmc.setBootDevice('pxe', { efi: true });
    expect(sim.takeBootDevice()).toEqual({ device: 'pxe', efi: true, persistent: false });
    expect(sim.takeBootDevice()).toMatchObject({ device: 'none' });
    expect(await bmc.getBootDevice()).toMatchObject({ valid: false });
    await bmc.setBootDevice('disk', { persistent: true });
    sim.takeBootDevice();
    expect(sim.takeBootDevice()).toEqual({ device: 'disk', efi: false, persistent: true });
    await bmc.setBootDevice('none');
    expect(sim.takeBootDevice()).toMatchObject({ device: 'none' });
  });

  it('is set although the BMC refuses to keep the flags beyond 60 s', async () => {
    for (const code of [0x80, 0xc1, 0xcc, 0xff]) {
      const { bmc, sim } = await bench();
      sim.faults = { completionCode: { command: 'Set System Boot Options', code, times: 1 } };
      await bmc.setBootDevice('pxe');
      expect(sim.bootFlags).toMatchObject({ valid: true, device: 'pxe' });
    }
  });

  it('that the BMC refuses is an error', async () => {
    const { bmc, sim } = await bench();
    sim.faults = { completionCode: { command: 'Set System Boot Options', code: 0xcc } };
    expect(await failureOf(bmc.setBootDevice('pxe'))).toMatchObject({ code: 'completion-code', completionCode: 0xcc });
  });
});

describe('the BMC', () => {
  it('tells what it is', async () => {
    const { bmc } = await bench();
    expect(await bmc.getDeviceId()).toEqual({
      deviceId: 0x20,
      deviceRevision: 1,
      firmwareRevision: '1.02',
      updating: false,
      ipmiVersion: '2.0',
      manufacturerId: 7154,
      productId: 1,
    });
  });

  it('answers raw requests', async () => {
    const { bmc } = await bench();
    expect(await bmc.raw({ netFn: 0x06, command: 0x04, repeatable: true })).toEqual(Buffer.from([0x55, 0x00]));
    expect(await failureOf(bmc.raw({ netFn: 0x06, command: 0x99 }))).toMatchObject({ code: 'unsupported' });
  });

  it('is reached over IPv6, however its address is written', async (context) => {
    const loopbacks = Object.values(networkInterfaces()).flat();
    if (!loopbacks.some((one) => one?.address === '::1')) context.skip('this machine has no IPv6 loopback');
    const { client, target } = await bench({ host: '::1' });
    expect(await client.bmc({ ...target, host: '0:0::0:1' }).getDeviceId()).toMatchObject({ ipmiVersion: '2.0' });
  });

  it('is reached by host name', async () => {
    const { client, target } = await bench();
    const bmc = client.bmc({ ...target, host: 'localhost' });
    expect(await bmc.getDeviceId()).toMatchObject({ ipmiVersion: '2.0' });
  });
});

describe('many BMCs', () => {
  it('share one client and answer all at once', async () => {
    const client = newClient({ deadlineMs: 20_000 });
    const benches = await Promise.all(Array.from({ length: 50 }, () => bench()));
    benches.forEach(({ machine }, index) => (machine.on = index % 2 === 0));
    const states = await Promise.all(benches.map(({ target }) => client.bmc(target).getChassisStatus()));
    expect(states.map(({ poweredOn }) => poweredOn)).toEqual(benches.map(({ machine }) => machine.on));
  });
});

describe('one BMC', () => {
  it('gets one request at a time over one session, however many ask', async () => {
    const setUp = await bench();
    const { relay, bmc } = await relayed(setUp);
    const { client, target, executed } = setUp;
    const other = client.bmc({ ...target, port: relay.port, username: 'oper', privilege: 'operator' });
    await Promise.all([
      ...Array.from({ length: 20 }, () => bmc.getChassisStatus()),
      ...Array.from({ length: 20 }, () => other.getDeviceId()),
    ]);
    expect(executed('Get Chassis Status')).toBe(20);
    expect(executed('Set Session Privilege Level')).toBe(2);
    expect(relay.mostOutstanding).toBe(1);
  });
});

describe('a session', () => {
  it('is opened again when the BMC has dropped it', async () => {
    const { bmc, sim, executed } = await bench();
    await bmc.getChassisStatus();
    sim.dropSessions();
    expect(await bmc.getChassisStatus()).toMatchObject({ poweredOn: false });
    expect(executed('Set Session Privilege Level')).toBe(2);
  });

  it('that may have been dropped is tried before a command that must not be sent twice', async () => {
    const { bmc, sim, machine } = await bench();
    await bmc.chassisControl('on');
    const realNow = performance.now.bind(performance);
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => realNow() + 6_000);
    try {
      sim.dropSessions();
      await bmc.chassisControl('cycle');
    } finally {
      clock.mockRestore();
    }
    expect(machine.actions).toEqual(['on', 'cycle']);
  });

  it('in use is kept alive, outlasting the BMC’s idle limit', async () => {
    const { bmc, executed } = await bench({ sessionIdleMs: 500 }, {}, { keepAliveMs: 20 });
    await bmc.getChassisStatus();
    await vi.waitFor(() => expect(executed('Get Device ID')).toBeGreaterThan(3));
    await bmc.getChassisStatus();
    expect(executed('Set Session Privilege Level')).toBe(1);
  });

  it('is closed when nobody has used it for a while', async () => {
    const { bmc, executed } = await bench({}, {}, { lingerMs: 20 });
    await bmc.getChassisStatus();
    await vi.waitFor(() => expect(executed('Close Session')).toBe(1));
    await bmc.getChassisStatus();
    expect(executed('Set Session Privilege Level')).toBe(2);
  });

  it('is closed with the client', async () => {
    const { bmc, client, executed } = await bench();
    await bmc.getChassisStatus();
    await client.close();
    await vi.waitFor(() => expect(executed('Close Session')).toBe(1));
  });
});

describe('slots of the BMC', () => {
  it('that are all in use are a typed error, and free again after a close', async () => {
    const { target, client, bmc } = await bench({ maxSessions: 1 });
    await bmc.getChassisStatus();
    const late = newClient().bmc(target);
    expect(await failureOf(late.getChassisStatus())).toMatchObject({ code: 'sessions-exhausted', retryable: true });
    await client.close();
    await vi.waitFor(() => late.getChassisStatus());
  });

  it('are not used up by log-ins that fail', async () => {
    const { target, client, bmc } = await bench({ maxSessions: 1, cipherSuites: [3] });
    const attempts = [
      { password: 'wrong' },
      { username: 'nobody' },
      { username: 'viewer' },
      { cipherSuite: 17 },
      { password: 'wrong' },
    ];
    for (const change of attempts) {
      await failureOf(client.bmc({ ...target, ...change }).getChassisStatus());
    }
    expect(await bmc.getChassisStatus()).toMatchObject({ poweredOn: false });
  });

  it('are not used up by a log-in that was aborted after RAKP 3', async () => {
    const setUp = await bench({ maxSessions: 1 });
    const { relay, bmc } = await relayed(setUp);
    const abort = new AbortController();
    relay.toConsole = (datagram) => {
      if (datagram[5] !== 0x15) return 1;
      abort.abort(new Error('enough'));
      return 0;
    };
    await expect(bmc.getChassisStatus({ signal: abort.signal })).rejects.toThrow('enough');
    relay.toConsole = () => 1;
    expect(await bmc.getChassisStatus()).toMatchObject({ poweredOn: false });
  });
});

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

describe('the cipher suite', () => {
  it('found automatically is 3 where the BMC refuses or ignores 17', async () => {
    for (const ignoreUnknownCipherSuites of [false, true]) {
      const { bmc, sim } = await bench({ cipherSuites: [3] });
      sim.faults = { ignoreUnknownCipherSuites };
      expect(await bmc.getChassisStatus()).toMatchObject({ poweredOn: false });
    }
  });

  it('is never a weaker one than was asked for', async () => {
    const { client, target, sim } = await bench({ cipherSuites: [3] });
    sim.faults = { downgradeCipherSuite: true };
    const call = client.bmc({ ...target, cipherSuite: 17 }).getChassisStatus();
    expect((await failureOf(call)).message).toContain('other algorithms than those of cipher suite 17');
  });
});

describe('a caller', () => {
  it('may abort before, while waiting for a turn, and while the BMC is silent', async () => {
    const { bmc, sim } = await bench();
    const gone = new Error('caller has gone');
    await expect(bmc.getChassisStatus({ signal: AbortSignal.abort(gone) })).rejects.toBe(gone);
    await bmc.getChassisStatus();
    sim.faults = { silent: true };
    const first = new AbortController();
    const second = new AbortController();
    const running = bmc.getChassisStatus({ signal: first.signal });
    const waiting = bmc.getChassisStatus({ signal: second.signal });
    second.abort(gone);
    await expect(waiting).rejects.toBe(gone);
    first.abort(gone);
    await expect(running).rejects.toBe(gone);
    sim.faults = {};
    expect(await bmc.getChassisStatus()).toMatchObject({ poweredOn: false });
  });

  it('gets its timeout also when others keep the BMC busy', async () => {
    const { bmc, sim } = await bench();
    sim.faults = { silent: true };
    const running = failureOf(bmc.getChassisStatus({ deadlineMs: 400 }));
    const waiting = await failureOf(bmc.getChassisStatus({ deadlineMs: 100 }));
    expect(waiting).toMatchObject({ code: 'timeout', message: expect.stringContaining('earlier requests') });
    expect(await running).toMatchObject({ code: 'timeout' });
  });

  it('is told when the client is closed', async () => {
    const { bmc, client, sim } = await bench();
    sim.faults = { silent: true };
    const running = failureOf(bmc.getChassisStatus());
    await client.close();
    expect(await running).toMatchObject({ code: 'closed' });
    expect(await failureOf(bmc.getChassisStatus())).toMatchObject({ code: 'closed' });
  });
});
