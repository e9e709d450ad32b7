import { IpmiClient, type BmcTarget } from 'ipmi-client';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { peerMissing } from '../support/peers.js';
import { goipmiMissing, startGoipmiServer, type GoipmiServer } from './goipmi-server.js';

const BUILD_MS = 300_000;
const client = new IpmiClient();
let server: GoipmiServer | undefined;
let target: BmcTarget;

beforeEach(async (context) => {
  const missing = goipmiMissing();
  if (missing !== undefined) peerMissing(context, missing);
  server ??= await startGoipmiServer();
  target = { host: server.host, port: server.port, username: 'admin', password: 'password' };
}, BUILD_MS);

afterAll(async () => {
  await client.close();
  await server?.close();
});

describe('goipmi-server', () => {
  it.each([17, 16, 15, 3, 2, 1, 'auto'] as const)('switches power with suite %s', async (cipherSuite) => {
    const one = new IpmiClient(); // It has few sessions: each test frees its own.
    const bmc = one.bmc({ ...target, cipherSuite });
    await bmc.chassisControl('on');
    expect(await bmc.getChassisStatus()).toMatchObject({ poweredOn: true });
    await bmc.chassisControl('cycle');
    await bmc.chassisControl('reset');
    await bmc.chassisControl('off');
    expect(await bmc.getChassisStatus()).toMatchObject({ poweredOn: false });
    await one.close();
  });

  it('keeps the boot flags, UEFI and persistence included', async () => {
    const bmc = client.bmc(target);
    for (const device of ['pxe', 'disk', 'cdrom'] as const) {
      for (const persistent of [true, false]) {
        await bmc.setBootDevice(device, { persistent, efi: true });
        expect(await bmc.getBootDevice()).toEqual({ valid: true, device, persistent, efi: true });
      }
    }
  });

  it('tells what it is', async () => {
    expect(await client.bmc(target).getDeviceId()).toMatchObject({ manufacturerId: 343, ipmiVersion: '2.0' });
  });

  it('refuses a wrong password, as often as it is tried, and a wrong BMC key', async () => {
    for (let round = 0; round < 6; round += 1) {
      const wrong = client.bmc({ ...target, password: 'wrong' });
      await expect(wrong.getChassisStatus()).rejects.toMatchObject({ code: 'auth-rejected' });
    }
    const keyed = client.bmc({ ...target, kg: Buffer.from('none is set') });
    await expect(keyed.getChassisStatus()).rejects.toThrow('BMC key (Kg)');
    expect(await client.bmc(target).getChassisStatus()).toBeDefined();
  });

  it('frees the four sessions that it has', async () => {
    for (let round = 0; round < 12; round += 1) {
      const one = new IpmiClient();
      expect(await one.bmc(target).getChassisStatus()).toBeDefined();
      await one.close();
    }
  });
});
