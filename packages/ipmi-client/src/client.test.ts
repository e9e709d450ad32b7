import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { bench, failureOf, newClient } from './bench.fixture.js';

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
