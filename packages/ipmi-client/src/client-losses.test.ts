import { describe, expect, it } from 'vitest';
import { bench, relayed } from './bench.fixture.js';
import { IpmiUnknownOutcomeError } from './errors.js';
import type { Decide } from './udp-relay.fixture.js';

const RAKP_2 = 0x13;
const RAKP_4 = 0x15;
const OPEN_RESPONSE = 0x11;

/** Payload type of a session set-up datagram. */
function typeOf(datagram: Buffer): number {
  return (datagram[5] ?? 0) & 0x3f;
}

/** Loses the first datagram of a type. */
function loseFirst(type: number): Decide {
  let lost = false;
  return (datagram) => {
    if (lost || typeOf(datagram) !== type) return 1;
    lost = true;
    return 0;
  };
}

describe('a network', () => {
  it.each([
    ['the first Open Session response', OPEN_RESPONSE],
    ['the first RAKP 2', RAKP_2],
    ['the first RAKP 4', RAKP_4],
  ])('that loses %s delays the log-in', async (_what, type) => {
    const { relay, bmc } = await relayed(await bench());
    relay.toConsole = loseFirst(type);
    expect(await bmc.getChassisStatus()).toMatchObject({ poweredOn: false });
  });

  it('that loses every fifth datagram each way delays only', { timeout: 60_000 }, async () => {
    const setUp = await bench();
    const { relay, bmc } = await relayed(setUp);
    relay.toBmc = (_datagram, nth) => (nth % 5 === 0 ? 0 : 1);
    relay.toConsole = (_datagram, nth) => (nth % 5 === 1 ? 0 : 1);
    for (let round = 0; round < 20; round += 1) {
      await bmc.chassisControl(round % 2 === 0 ? 'on' : 'off', { deadlineMs: 30_000 });
      expect(await bmc.getChassisStatus({ deadlineMs: 30_000 })).toMatchObject({ poweredOn: round % 2 === 0 });
    }
  });

  it('that delivers everything twice changes nothing', async () => {
    const setUp = await bench();
    const { relay, bmc } = await relayed(setUp);
    relay.toBmc = () => 2;
    relay.toConsole = () => 2;
    await bmc.chassisControl('on');
    await bmc.chassisControl('cycle');
    expect(await bmc.getChassisStatus()).toMatchObject({ poweredOn: true });
    expect(setUp.machine.actions).toEqual(['on', 'cycle']);
  });

  it('that delivers answers in the wrong order gives nobody a wrong answer', async () => {
    const setUp = await bench();
    const { relay, bmc } = await relayed(setUp);
    relay.toConsole = (_datagram, nth) => (nth % 2 === 0 ? 'hold' : 1);
    for (let round = 0; round < 6; round += 1) {
      expect(await bmc.getDeviceId()).toMatchObject({ manufacturerId: 7154 });
      expect(await bmc.getChassisStatus()).toMatchObject({ restorePolicy: 'off' });
    }
  });

  it('with noise in it harms nobody', async () => {
    const setUp = await bench();
    const { relay, bmc } = await relayed(setUp);
    relay.toConsole = (datagram, nth) => {
      if (nth % 2 === 0) return 1;
      datagram[nth % datagram.length] = (datagram[nth % datagram.length] ?? 0) ^ 0xff;
      return 1;
    };
    await bmc.getChassisStatus();
    expect(await bmc.getChassisStatus()).toMatchObject({ poweredOn: false });
  });
});

describe('a lost answer', () => {
  it('to power on is asked for again, and the command executed once', async () => {
    const { bmc, sim, machine } = await bench();
    await bmc.getChassisStatus();
    sim.faults = { dropResponses: 1 };
    await bmc.chassisControl('on');
    expect(machine.actions).toEqual(['on']);
  });

  it.each(['cycle', 'reset'] as const)('to %s is an unknown outcome, and the command is sent once', async (action) => {
    const { bmc, sim, machine } = await bench();
    await bmc.chassisControl('on');
    sim.faults = { dropResponses: 1 };
    const call = bmc.chassisControl(action, { deadlineMs: 300 });
    await expect(call).rejects.toThrow(IpmiUnknownOutcomeError);
    expect(machine.actions).toEqual(['on', action]);
    expect(await bmc.getChassisStatus()).toMatchObject({ poweredOn: true });
  });

  it('to cycle in a network that loses the request is an unknown outcome too', async () => {
    const { bmc, sim, machine } = await bench();
    await bmc.chassisControl('on');
    sim.faults = { dropRequests: 1 };
    await expect(bmc.chassisControl('cycle', { deadlineMs: 300 })).rejects.toThrow(/read the power state/);
    expect(machine.actions).toEqual(['on']);
  });

  it.each([0xc3, 0xce])('of which the BMC says so (%i) is an unknown outcome for cycle', async (code) => {
    const { bmc, sim } = await bench();
    await bmc.chassisControl('on');
    sim.faults = { completionCode: { command: 'Chassis Control', code } };
    await expect(bmc.chassisControl('cycle')).rejects.toThrow(IpmiUnknownOutcomeError);
  });
});

describe('a busy BMC', () => {
  it('is asked again, even to cycle, since it says that it has not acted', async () => {
    const { bmc, sim, machine } = await bench();
    await bmc.chassisControl('on');
    sim.faults = { completionCode: { command: 'Chassis Control', code: 0xc0, times: 1 } };
    await bmc.chassisControl('cycle');
    expect(machine.actions).toEqual(['on', 'cycle']);
  });

  it('that takes a retransmission for a duplicate is asked under a new number', async () => {
    const { bmc, sim } = await bench();
    sim.faults = { completionCode: { command: 'Get Chassis Status', code: 0xcf, times: 2 } };
    expect(await bmc.getChassisStatus()).toMatchObject({ poweredOn: false });
  });

  it('that stays busy is a retryable error', async () => {
    const { bmc, sim } = await bench();
    sim.faults = { completionCode: { command: 'Get Chassis Status', code: 0xc0 } };
    await expect(bmc.getChassisStatus({ deadlineMs: 300 })).rejects.toMatchObject({ code: 'busy', retryable: true });
  });
});

describe('a BMC that stalls', () => {
  it('is waited for, and its late answers are taken', async () => {
    const { bmc, sim } = await bench();
    await bmc.getChassisStatus();
    sim.faults = { delayMs: 200 };
    expect(await bmc.getChassisStatus()).toMatchObject({ poweredOn: false });
  });
});
