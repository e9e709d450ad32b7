import { describe, expect, it, vi } from 'vitest';
import { bench, failureOf, newClient, relayed } from './bench.fixture.js';

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

  it('is refreshed while callers pause', async () => {
    const { bmc, executed } = await bench({}, {}, { keepAliveMs: 20 });
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
