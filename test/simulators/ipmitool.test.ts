import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SimulatedBmc, type ChassisAction } from 'ipmi-client/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { peerMissing } from '../support/peers.js';
import { hasProgram } from './programs.js';

const run = promisify(execFile);

let bmc: SimulatedBmc;
let port: number;
let isOn: boolean;
let actions: ChassisAction[];

beforeEach(async (context) => {
  if (!hasProgram('ipmitool')) peerMissing(context, 'ipmitool is not installed (Debian package ipmitool)');
  isOn = false;
  actions = [];
  bmc = new SimulatedBmc({
    users: [
      { name: 'admin', password: 'password', privilege: 'administrator' },
      { name: 'viewer', password: 'password', privilege: 'user' },
    ],
    hardware: {
      isPoweredOn: () => isOn,
      control(action) {
        actions.push(action);
        isOn = action === 'on' || action === 'cycle' || action === 'reset';
      },
    },
  });
  ({ port } = await bmc.listen());
});

afterEach(async () => {
  await bmc?.close();
});

/** Runs ipmitool over RMCP+. @returns its output; both streams and the exit code are in the error if it fails. */
async function ipmitool(suite: number, words: string, login: { user?: string; password?: string } = {}) {
  const { user = 'admin', password = 'password' } = login;
  const where = ['-I', 'lanplus', '-H', '127.0.0.1', '-p', String(port), '-N', '1', '-R', '2'];
  const who = ['-C', String(suite), '-U', user, '-P', password];
  const { stdout } = await run('ipmitool', [...where, ...who, ...words.split(' ')]);
  return stdout;
}

describe.each([3, 17])('ipmitool with suite %i', (suite) => {
  it('reads and switches power', async () => {
    expect(await ipmitool(suite, 'power status')).toContain('Chassis Power is off');
    for (const action of ['on', 'cycle', 'reset', 'soft', 'off']) await ipmitool(suite, `power ${action}`);
    expect(actions).toEqual(['on', 'cycle', 'reset', 'soft', 'off']);
    await ipmitool(suite, 'power on');
    expect(await ipmitool(suite, 'chassis status')).toMatch(/System Power +: on/);
  });

  it('sets and reads the boot device', async () => {
    await ipmitool(suite, 'chassis bootdev pxe options=persistent,efiboot');
    expect(bmc.bootFlags).toEqual({ valid: true, device: 'pxe', persistent: true, efi: true });
    const shown = await ipmitool(suite, 'chassis bootparam get 5');
    expect(shown).toContain('Boot parameter data: e004000000');
    expect(shown).toContain('Force PXE');
    await ipmitool(suite, 'chassis bootdev disk');
    expect(bmc.takeBootDevice()).toEqual({ device: 'disk', persistent: false, efi: false });
  });

  it('sees a whole BMC', async () => {
    expect(await ipmitool(suite, 'mc info')).toMatch(/IPMI Version +: 2\.0/);
    expect(await ipmitool(suite, 'mc guid')).toContain('System GUID');
    expect(await ipmitool(suite, 'chassis policy always-on')).toContain('always-on');
    expect(await ipmitool(suite, 'chassis poh')).toContain('POH Counter');
    expect(await ipmitool(suite, 'chassis restart_cause')).toContain('chassis power control');
    expect(await ipmitool(suite, 'channel getciphers ipmi')).toMatch(/17 .*hmac_sha256[\s\S]*3 .*hmac_sha1/);
  });

  it('is refused with a wrong password, a wrong name, and too little privilege', async () => {
    const refused = /Unable to establish IPMI v2/;
    await expect(ipmitool(suite, 'power on', { password: 'wrong' })).rejects.toThrow(refused);
    await expect(ipmitool(suite, 'power on', { user: 'nobody' })).rejects.toThrow(refused);
    await expect(ipmitool(suite, 'power on', { user: 'viewer' })).rejects.toThrow(refused);
    await expect(ipmitool(suite, '-L USER power on', { user: 'viewer' })).rejects.toThrow(/Insufficient privilege/);
    expect(actions).toEqual([]);
  });

  it('frees its session each time', async () => {
    for (let round = 0; round < 8; round += 1) await ipmitool(suite, 'power status');
    expect(bmc.commands.filter(({ name }) => name === 'Close Session')).toHaveLength(8);
  });
});

describe('ipmitool without a suite', () => {
  it('finds the best one by itself', async () => {
    const where = ['-I', 'lanplus', '-H', '127.0.0.1', '-p', String(port), '-U', 'admin', '-P', 'password'];
    const { stdout } = await run('ipmitool', [...where, 'power', 'status']);
    expect(stdout).toContain('Chassis Power is off');
  });
});
