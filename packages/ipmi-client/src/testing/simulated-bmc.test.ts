import { createSocket } from 'node:dgram';
import { describe, expect, it, vi } from 'vitest';
import { bench, closeAfterTest } from '../bench.fixture.js';
import { hex, knownAnswers } from '../vectors/known-answers.js';
import type { BmcCommandRecord } from './types.js';

/** A bare socket for datagrams that no client of ours would send. */
async function socketTo(port: number): Promise<{ send: (datagram: Buffer) => void; answers: Buffer[] }> {
  const socket = createSocket('udp4');
  await new Promise<void>((bound) => socket.bind(0, '127.0.0.1', bound));
  closeAfterTest({ close: () => new Promise<void>((closed) => socket.close(() => closed())) });
  const answers: Buffer[] = [];
  socket.on('message', (datagram) => answers.push(datagram));
  return { send: (datagram) => socket.send(datagram, port, '127.0.0.1'), answers };
}

describe('the simulated BMC', () => {
  it('executes nothing of datagrams cut anywhere, and lives on', async () => {
    const { target, executed, bmc } = await bench({ maxSessions: 200 });
    const { send } = await socketTo(target.port ?? 0);
    const recorded = knownAnswers.handshakes.filter(({ suite }) => suite === 3 || suite === 17);
    for (const { packets } of recorded) {
      for (const { request } of packets) {
        for (let length = 0; length < request.length / 2; length += 1) send(hex(request).subarray(0, length));
      }
    }
    expect(await bmc.getChassisStatus()).toMatchObject({ poweredOn: false });
    expect(executed('Get Chassis Status')).toBe(1);
    expect(executed('Get Device ID')).toBe(0);
  });

  it('answers a presence ping', async () => {
    const { target } = await bench();
    const { send, answers } = await socketTo(target.port ?? 0);
    send(hex('0600ff06000011be80420000'));
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    expect(answers[0]?.toString('hex')).toBe(
      '0600ff06000011be40420010000011be00000000810000000000 0000'.replace(' ', ''),
    );
  });

  it('executes no command outside a session, and says who it is', async () => {
    const { target, machine, executed } = await bench();
    const { send, answers } = await socketTo(target.port ?? 0);
    send(hex('0600ff07000000000000000000092018c88100388e04b5'));
    send(hex('0600ff07060000000000000000000800' + '2000e0810002017c')); // Chassis Control, on
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    expect(answers[0]?.toString('hex', 14)).toMatch(/^811c632000380001800402/);
    expect(answers[1]?.at(-2)).toBe(0xd4);
    expect(machine.actions).toEqual([]);
    expect(executed('Chassis Control')).toBe(1);
  });

  it('records who did what, and with which result', async () => {
    const log: BmcCommandRecord[] = [];
    const { bmc, sim } = await bench({ log: (record) => log.push(record) });
    await bmc.setBootDevice('pxe', { efi: true });
    await bmc.chassisControl('on');
    await expect(bmc.raw({ netFn: 0x2c, command: 0x01, data: hex('dc') })).rejects.toThrow('C1h');
    expect(log).toEqual(sim.commands);
    expect(log.map(({ user, name, detail, completionCode }) => [user, name, detail, completionCode])).toEqual([
      ['admin', 'Set Session Privilege Level', 'privilege 4', 0],
      ['admin', 'Set System Boot Options', 'boot parameter 3 = 08', 0],
      ['admin', 'Set System Boot Options', 'boot pxe uefi once', 0],
      ['admin', 'Chassis Control', 'power on', 0],
      ['admin', 'netFn 2ch command 01h', undefined, 0xc1],
    ]);
    expect(JSON.stringify(log)).not.toContain('s3cret');
  });

  it('clears boot flags that no power command followed, unless told to keep them', async () => {
    const { bmc, sim } = await bench();
    const setFlags = { netFn: 0x00, command: 0x08, data: hex('05a004000000'), repeatable: true };
    const laterBy = (ms: number): (() => void) => {
      const later = Date.now() + ms;
      const clock = vi.spyOn(Date, 'now').mockReturnValue(later);
      return () => clock.mockRestore();
    };
    for (const [follow, valid] of [
      [async () => {}, false],
      [async () => bmc.chassisControl('off'), true],
      [async () => bmc.raw({ netFn: 0x00, command: 0x08, data: hex('0308') }), true],
    ] as const) {
      await bmc.raw(setFlags);
      await follow();
      const back = laterBy(61_000);
      expect(sim.bootFlags.valid).toBe(valid);
      back();
    }
  });

  it('refuses to cycle or reset a machine that is off', async () => {
    const { bmc, machine } = await bench();
    for (const action of ['cycle', 'reset', 'nmi'] as const) {
      await expect(bmc.chassisControl(action)).rejects.toMatchObject({ completionCode: 0xd5 });
    }
    expect(machine.actions).toEqual([]);
  });

  it('forgets a session that was idle too long', async () => {
    const { bmc, executed } = await bench({ sessionIdleMs: 60_000 });
    await bmc.getChassisStatus();
    const later = Date.now() + 61_000;
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => later);
    await bmc.getChassisStatus();
    clock.mockRestore();
    expect(executed('Set Session Privilege Level')).toBe(2);
  });

  it.each([
    [{ reportedPower: 'on' } as const, { poweredOn: true }],
    [{ delayMs: 20 }, { poweredOn: false }],
    [{ duplicateResponses: true }, { poweredOn: false }],
    [{ reorderResponses: true }, { poweredOn: false }],
    [{ dropRequests: 3 }, { poweredOn: false }],
    [{ dropResponses: 0.3 }, { poweredOn: false }],
  ])('with the fault %o is still read', async (faults, expected) => {
    const { bmc, sim } = await bench();
    sim.faults = faults;
    expect(await bmc.getChassisStatus()).toMatchObject(expected);
  });

  it.each([
    [{ refuseSessions: 0x01 }, 'sessions-exhausted'],
    [{ refuseSessions: 0x03 }, 'protocol'],
    [{ silent: true }, 'timeout'],
  ])('with the fault %o gives the error %s', async (faults, code) => {
    const { bmc, sim } = await bench();
    sim.faults = faults;
    await expect(bmc.getChassisStatus({ deadlineMs: 300 })).rejects.toMatchObject({ code });
  });

  it('with power control that does nothing says yes and does nothing', async () => {
    const { bmc, sim, machine } = await bench();
    sim.faults = { ignoreChassisControl: true, forgetBootFlags: true };
    await bmc.chassisControl('on');
    await bmc.setBootDevice('pxe', { persistent: true, efi: true });
    expect(machine.actions).toEqual([]);
    expect(sim.bootFlags).toEqual({ valid: true, device: 'pxe', persistent: false, efi: false });
  });

  it('whose machine throws answers an unspecified error', async () => {
    const hardware = {
      isPoweredOn: () => false,
      control: () => {
        throw new Error('smoke');
      },
    };
    const { bmc } = await bench({ hardware });
    await expect(bmc.chassisControl('on')).rejects.toMatchObject({ completionCode: 0xff });
  });
});
