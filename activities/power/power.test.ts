import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { BmcUnreachable, isTemperError } from '#domain/errors.js';
import type { PowerActivities } from '#activities/contract.js';
import type { SettledPowerState } from '#domain/power.js';
import { withContact } from '../contact.js';
import { addSubject, startDatabase, timelineOf, type Subject, type TestDatabase } from '../testing/database.js';
import { fakePower } from './fake.js';
import { OutcomeUnknown, type PowerAction, type PowerImplementation } from './implementation.js';
import { createPowerActivities } from './index.js';
import type { WatchTiming } from './wait-for-state.js';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

let rows: TestDatabase;
beforeAll(async () => {
  rows = await startDatabase();
});
afterAll(() => rows.stop());

const timing: WatchTiming = { changeMs: 300, callMs: 100, firstPauseMs: 1, longestPauseMs: 5 };

/** A machine in memory behind a BMC that can be made to misbehave. */
class Machine implements PowerImplementation {
  state: SettledPowerState;
  readonly sent: PowerAction[] = [];
  /** Readings until a command shows its effect. */
  lag = 0;
  obeys = true;
  failures: unknown[] = [];
  /** Thrown by `set`, after it was carried out. */
  lostAnswers: unknown[] = [];

  constructor(state: SettledPowerState) {
    this.state = state;
  }

  place(): string {
    return 'BMC 192.0.2.7:623';
  }

  async read(): Promise<SettledPowerState> {
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    if (this.#next && this.lag-- <= 0) {
      this.state = this.#next;
      this.#next = undefined;
    }
    return this.state;
  }

  #next: SettledPowerState | undefined;

  async set(_node: unknown, action: PowerAction): Promise<null> {
    this.sent.push(action);
    if (this.obeys) this.#next = action === 'off' || action === 'soft' ? 'power off' : 'power on';
    const lost = this.lostAnswers.shift();
    if (lost !== undefined) throw lost;
    return null;
  }
}

function activitiesFor(machine: PowerImplementation): PowerActivities {
  return createPowerActivities({ ...rows, implementations: { ipmitool: machine, fake: fakePower }, timing });
}

async function nodeOf({ nodeId }: Subject) {
  return rows.database.node.findUniqueOrThrow({ where: { id: nodeId } });
}

test('a machine that is off already gets no command, and the row says so', async () => {
  const subject = await addSubject(rows.database, { powerState: 'power on' });
  const machine = new Machine('power off');
  await activitiesFor(machine).off(subject.operationId);
  expect(machine.sent).toEqual([]);
  expect(await nodeOf(subject)).toMatchObject({ powerState: 'power off', targetPowerState: null });
});

test('power on is sent once and waited for', async () => {
  const subject = await addSubject(rows.database, { lastError: 'an old story' });
  const machine = new Machine('power off');
  machine.lag = 3;
  await activitiesFor(machine).on(subject.operationId);
  expect(machine.sent).toEqual(['on']);
  const node = await nodeOf(subject);
  expect(node).toMatchObject({ powerState: 'power on', targetPowerState: null, lastError: null });
  expect(node.driverInternalInfo).toMatchObject({
    last_power_state_change: expect.stringMatching(/^\d{4}-.*\.\d{6}$/),
  });
  expect(await timelineOf(rows.database, subject)).toEqual(['bmc: power on sent to BMC 192.0.2.7:623']);
});

test('the diagnosis of a failed node survives a power change', async () => {
  const subject = await addSubject(rows.database, { provisionState: 'clean failed', lastError: 'disk sda is frozen' });
  await activitiesFor(new Machine('power off')).on(subject.operationId);
  expect(await nodeOf(subject)).toMatchObject({ lastError: 'disk sda is frozen' });
});

test('a machine that does not follow fails with its time, and a further try sends the command again', async () => {
  const subject = await addSubject(rows.database);
  const machine = new Machine('power on');
  machine.obeys = false;
  await expect(activitiesFor(machine).off(subject.operationId)).rejects.toMatchObject({
    type: 'PowerStateNotReached',
    message: expect.stringContaining(`Node ${subject.uuid} did not reach "power off" within`),
  });
  machine.obeys = true;
  await activitiesFor(machine).off(subject.operationId);
  expect(machine.sent).toEqual(['off', 'off']);
});

test('target_power_state stays while retries go on and goes with the last failure', async () => {
  const subject = await addSubject(rows.database);
  const machine = new Machine('power on');
  machine.obeys = false;
  const silent = new BmcUnreachable('BMC 192.0.2.7:623 is silent');
  machine.lostAnswers = [silent, silent];
  const power = activitiesFor(machine);
  await expect(power.off(subject.operationId)).rejects.toBe(silent);
  expect(await nodeOf(subject)).toMatchObject({ targetPowerState: 'power off' });
  await expect(withContact({ isFinal: () => true }, () => power.off(subject.operationId))).rejects.toBe(silent);
  expect(await nodeOf(subject)).toMatchObject({ targetPowerState: null });
});

test('a cancelled wait ends at once and takes target_power_state back', async () => {
  const subject = await addSubject(rows.database);
  const machine = new Machine('power on');
  machine.obeys = false;
  const cancelled = new AbortController();
  const power = activitiesFor(machine);
  const waiting = withContact({ signal: cancelled.signal }, () => power.softOff(subject.operationId, 3_600));
  await vi.waitFor(async () => expect(await nodeOf(subject)).toMatchObject({ targetPowerState: 'power off' }));
  cancelled.abort(new Error('cancelled'));
  await expect(waiting).rejects.toThrow('abort');
  expect(await nodeOf(subject)).toMatchObject({ targetPowerState: null });
});

test('a soft off that the operating system ignores is told, not failed', async () => {
  const subject = await addSubject(rows.database);
  const machine = new Machine('power on');
  machine.obeys = false;
  expect(await activitiesFor(machine).softOff(subject.operationId, 0.1)).toBe(false);
  expect(await nodeOf(subject)).toMatchObject({ powerState: null, targetPowerState: null });
  machine.obeys = true;
  expect(await activitiesFor(machine).softOff(subject.operationId, 10)).toBe(true);
  expect(await nodeOf(subject)).toMatchObject({ powerState: 'power off' });
});

test('a long wait goes on with the time that an earlier attempt left', async () => {
  const subject = await addSubject(rows.database);
  const machine = new Machine('power on');
  const earlierProgress = { waitingSince: Date.now() - 60_000 };
  const power = activitiesFor(machine);
  expect(await withContact({ earlierProgress }, () => power.waitForOff(subject.operationId, 30))).toBe(false);
  expect(machine.sent).toEqual([]);
});

test('a node that must stay on is not powered off', async () => {
  const subject = await addSubject(rows.database, { disablePowerOff: true });
  const machine = new Machine('power on');
  const power = activitiesFor(machine);
  for (const work of [power.off(subject.operationId), power.softOff(subject.operationId, 1)]) {
    await expect(work).rejects.toMatchObject({ type: 'InvalidStateRequested', retryable: false });
  }
  expect(machine.sent).toEqual([]);
});

test('an interface that this worker lacks is named', async () => {
  const subject = await addSubject(rows.database, { powerInterface: 'redfish' });
  const error: unknown = await activitiesFor(new Machine('power on'))
    .read(subject.operationId)
    .catch((reason: unknown) => reason);
  expect(isTemperError(error) && error.message).toBe(
    `Node ${subject.uuid} has power_interface "redfish", which this worker cannot carry out; set power_interface to one of: ipmitool, fake.`,
  );
});

test('fake power lives in the row', async () => {
  const subject = await addSubject(rows.database, { powerInterface: 'fake' });
  const power = activitiesFor(new Machine('power on'));
  expect(await power.read(subject.operationId)).toBeNull();
  await power.on(subject.operationId);
  expect(await power.read(subject.operationId)).toBe('power on');
  await power.off(subject.operationId);
  expect(await nodeOf(subject)).toMatchObject({ powerState: 'power off', targetPowerState: null });
});

describe('a hard reset', () => {
  const lost = new OutcomeUnknown('sent, and no answer came');

  test('is sent once although its answer was lost', async () => {
    const subject = await addSubject(rows.database);
    const machine = new Machine('power on');
    machine.lostAnswers = [lost];
    await withContact({ key: 'run/1' }, () => activitiesFor(machine).reset(subject.operationId));
    expect(machine.sent).toEqual(['reset']);
    expect(await timelineOf(rows.database, subject)).toEqual([
      'bmc: reset sent to BMC 192.0.2.7:623',
      'bmc: the answer to the reset was lost; power is on and the reset is not repeated',
    ]);
  });

  test('is not sent again by an attempt that follows a dead worker', async () => {
    const subject = await addSubject(rows.database);
    const machine = new Machine('power on');
    const power = activitiesFor(machine);
    await withContact({ key: 'run/1' }, () => power.reset(subject.operationId));
    await withContact({ key: 'run/1' }, () => power.reset(subject.operationId));
    expect(machine.sent).toEqual(['reset']);
    await withContact({ key: 'run/9' }, () => power.reset(subject.operationId));
    expect(machine.sent).toEqual(['reset', 'reset']);
  });

  test('is sent again when it certainly did not arrive', async () => {
    const subject = await addSubject(rows.database);
    const machine = new Machine('power on');
    machine.lostAnswers = [new BmcUnreachable('BMC 192.0.2.7:623 is silent')];
    const power = activitiesFor(machine);
    await expect(withContact({ key: 'run/1' }, () => power.reset(subject.operationId))).rejects.toThrow('is silent');
    await withContact({ key: 'run/1' }, () => power.reset(subject.operationId));
    expect(machine.sent).toEqual(['reset', 'reset']);
  });

  test('of a machine that is off turns it on', async () => {
    const subject = await addSubject(rows.database);
    const machine = new Machine('power off');
    await activitiesFor(machine).reset(subject.operationId);
    expect(machine.sent).toEqual(['on']);
  });
});

describe('boots when the power goes off', () => {
  async function addBoot({ nodeId, operationId }: Subject, number: number, seen: object) {
    return rows.database.boot.create({
      data: { id: crypto.randomUUID(), nodeId, operationId, number, agentToken: 'sealed:x', ...seen },
    });
  }

  test('end, but the prepared one that nobody has seen waits for the next power on', async () => {
    const subject = await addSubject(rows.database, {
      driverInternalInfo: {
        agent_url: 'https://10.0.0.7:9999',
        agent_verify_ca: 'PEM',
        hardware_manager_version: { g: '1' },
      },
    });
    const old = await addBoot(subject, 1, { scriptAt: new Date(), tokenGivenAt: new Date(), heartbeatAt: new Date() });
    const prepared = await addBoot(subject, 2, {});
    await activitiesFor(new Machine('power on')).off(subject.operationId);
    const boots = await rows.database.boot.findMany({ where: { nodeId: subject.nodeId, endedAt: null } });
    expect(boots.map(({ id }) => id)).toEqual([prepared.id]);
    expect(old.endedAt).toBeNull();
    const { driverInternalInfo } = await nodeOf(subject);
    expect(driverInternalInfo).not.toHaveProperty('agent_url');
    expect(driverInternalInfo).not.toHaveProperty('agent_verify_ca');
    expect(driverInternalInfo).toHaveProperty('hardware_manager_version');
  });

  test('also end when the machine was found off', async () => {
    const subject = await addSubject(rows.database);
    await addBoot(subject, 1, { lookupAt: new Date() });
    await activitiesFor(new Machine('power off')).off(subject.operationId);
    expect(await rows.database.boot.count({ where: { nodeId: subject.nodeId, endedAt: null } })).toBe(0);
  });
});
