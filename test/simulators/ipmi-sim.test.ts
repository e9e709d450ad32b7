import { IpmiClient, type BmcTarget } from 'ipmi-client';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { peerMissing } from '../support/peers.js';
import { startIpmiSim, type IpmiSim } from './ipmi-sim.js';
import { hasProgram } from './programs.js';

const client = new IpmiClient();
const started: IpmiSim[] = [];
let sim: IpmiSim;
let target: BmcTarget;

async function start(kg?: string): Promise<IpmiSim> {
  const one = await startIpmiSim(kg);
  started.push(one);
  return one;
}

beforeEach(async (context) => {
  if (!hasProgram('ipmi_sim')) peerMissing(context, 'ipmi_sim is not installed (Debian package openipmi)');
  sim = started[0] ?? (await start());
  target = { host: sim.host, port: sim.port, username: 'admin', password: 'password' };
});

afterAll(async () => {
  await client.close();
  await Promise.all(started.map((one) => one.close()));
});

describe('ipmi_sim', () => {
  it.each([3, 2, 1, 6, 'auto'] as const)('switches power with suite %s', async (cipherSuite) => {
    const bmc = client.bmc({ ...target, cipherSuite });
    await bmc.chassisControl('on');
    expect(await bmc.getChassisStatus()).toMatchObject({ poweredOn: true });
    expect(await sim.state()).toMatchObject({ power: '1' });
    await bmc.chassisControl('off');
    expect(await bmc.getChassisStatus()).toMatchObject({ poweredOn: false });
  });

  it('is cycled, reset and shut down', async () => {
    const bmc = client.bmc(target);
    const before = await sim.state();
    await bmc.chassisControl('on');
    await bmc.chassisControl('reset');
    await bmc.chassisControl('soft');
    const after = await sim.state();
    expect(Number(after['resets'])).toBe(Number(before['resets']) + 1);
    expect(Number(after['shutdowns'])).toBe(Number(before['shutdowns']) + 1);
    await bmc.chassisControl('on');
    await bmc.chassisControl('cycle'); // off, and on again a second later
    await vi.waitFor(async () => expect(await sim.state()).toMatchObject({ power: '1' }), { timeout: 5_000 });
  });

  it('keeps the boot device, though not the flags around it', async () => {
    const bmc = client.bmc(target);
    await bmc.setBootDevice('pxe', { persistent: true, efi: true });
    expect(await bmc.getBootDevice()).toMatchObject({ device: 'pxe', valid: false });
    expect(await sim.state()).toMatchObject({ boot: 'pxe' });
  });

  it('tells what it is', async () => {
    const id = await client.bmc(target).getDeviceId();
    expect(id).toMatchObject({ firmwareRevision: '9.08', manufacturerId: 0x1291, productId: 0x0f02 });
  });

  it('refuses what is wrong, each with its own error', async () => {
    const ask = (change: Partial<BmcTarget>) => client.bmc({ ...target, ...change }).chassisControl('off');
    await expect(ask({ password: 'wrong' })).rejects.toMatchObject({ code: 'auth-rejected' });
    await expect(ask({ username: 'nobody' })).rejects.toMatchObject({ code: 'unknown-user' });
    await expect(ask({ username: 'disabled' })).rejects.toMatchObject({ code: 'unknown-user' });
    await expect(ask({ privilege: 'user' })).rejects.toMatchObject({ code: 'privilege' });
    await expect(ask({ cipherSuite: 17 })).rejects.toMatchObject({ code: 'cipher-suite' });
    await expect(ask({ kg: Buffer.from('none is set') })).rejects.toMatchObject({ code: 'auth-rejected' });
  });

  it('is asked on the same session by many callers, and frees it at the end', async () => {
    for (let round = 0; round < 70; round += 1) {
      const short = new IpmiClient(); // It has 63 sessions: leaked ones would run out.
      await Promise.all([1, 2, 3].map(() => short.bmc(target).getDeviceId()));
      await short.close();
    }
    expect(await client.bmc(target).getDeviceId()).toBeDefined();
  });

  it('that forgot all sessions, or hung for a while, is found again', async () => {
    const bmc = client.bmc(target);
    await bmc.getChassisStatus();
    await sim.restart();
    expect(await bmc.getChassisStatus()).toBeDefined();
    sim.stop();
    await expect(bmc.getChassisStatus({ deadlineMs: 1_500 })).rejects.toMatchObject({ code: 'timeout' });
    sim.proceed();
    expect(await bmc.getChassisStatus()).toBeDefined();
  }, 30_000);

  it('that answered while this process was stalled beyond the deadline was not silent', async () => {
    const bmc = client.bmc(target);
    await bmc.getChassisStatus();
    const call = bmc.getChassisStatus({ deadlineMs: 200 });
    await new Promise((sent) => setImmediate(sent));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
    expect(await call).toBeDefined();
  });

  it('with a BMC key lets in whoever knows it', async () => {
    const keyed = await start('kg-for-the-test-012');
    const locked = { ...target, port: keyed.port };
    const bmc = client.bmc({ ...locked, kg: Buffer.from('kg-for-the-test-012') });
    expect(await bmc.getChassisStatus()).toMatchObject({ poweredOn: false });
    await expect(client.bmc(locked).getChassisStatus()).rejects.toThrow('BMC key (Kg)');
  });
});
