import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Prisma } from '#database/generated/client.js';
import { addSubject, startDatabase, timelineOf, type Subject, type TestDatabase } from '../testing/database.js';
import { createFakeActivities } from '../fake/index.js';
import { createNodeActivities } from './index.js';

let rows: TestDatabase;
let nodes: ReturnType<typeof createNodeActivities>;

beforeAll(async () => {
  rows = await startDatabase();
  nodes = createNodeActivities({
    database: rows.database,
    conductor: 'worker-1',
    settings: { callbackTimeoutS: () => 1_800, automatedClean: true },
  });
}, 120_000);
afterAll(() => rows.stop());

const runId = 'run-1';
const fakes = { deployInterface: 'fake', vendorInterface: 'fake', biosInterface: 'fake', firmwareInterface: 'fake' };
const log = { interface: 'vendor', step: 'log_passthrough', args: {} };

/** An operation that a run has claimed, on a node of fakes. */
async function claimed(type: string, node: object, plan: Prisma.InputJsonObject = {}): Promise<Subject> {
  const subject = await addSubject(rows.database, { ...fakes, ...node }, { type, plan, status: 'pending' });
  await nodes.begin(subject.operationId, runId);
  return subject;
}

function key({ operationId }: Subject, sequence: number) {
  return { operationId, runId, sequence };
}

function failure(outcome: 'failed' | 'aborted', more: object = {}) {
  return { message: 'It broke; look.', type: 'X', outcome, historyType: 'x', ...more };
}

function nodeOf({ nodeId }: Subject) {
  return rows.database.node.findUniqueOrThrow({ where: { id: nodeId } });
}

async function historyOf({ nodeId }: Subject): Promise<string[]> {
  const entries = await rows.database.nodeHistory.findMany({ where: { nodeId }, orderBy: { id: 'asc' } });
  return entries.map(({ eventType, severity }) => `${eventType} ${severity}`);
}

describe('named steps', () => {
  it('are planned in their order and shown as they were given, secrets masked', async () => {
    const step = { interface: 'bios', step: 'apply_configuration', args: { settings: [{ password: 'x' }] } };
    const subject = await claimed('clean', { provisionState: 'cleaning' }, { userSteps: [step, log] });
    const { step: first } = await nodes.nextStep(key(subject, 1));
    expect(first).toMatchObject({ interface: 'bios', step: 'apply_configuration', runner: 'service', of: 2 });
    expect((await nodeOf(subject)).cleanStep).toEqual({
      interface: 'bios',
      step: 'apply_configuration',
      args: { settings: [{ password: '******' }] },
      priority: 0,
      abortable: false,
    });
    expect(await historyOf(subject)).toEqual(['manual_cleaning_start INFO']);
    await nodes.nextStep(key(subject, 2));
    await nodes.nextStep(key(subject, 3));
    await nodes.finish(key(subject, 4), 'manage');
    expect(await historyOf(subject)).toEqual(['manual_cleaning_start INFO', 'manual_cleaning_end INFO']);
    expect(await nodeOf(subject)).toMatchObject({ provisionState: 'manageable', cleanStep: {} });
  });

  it('that cannot run are told before anything is done', async () => {
    const subject = await addSubject(
      rows.database,
      { ...fakes, provisionState: 'cleaning' },
      { type: 'clean', plan: { userSteps: [log], disableRamdisk: true }, status: 'pending' },
    );
    const begun = await nodes.begin(subject.operationId, runId);
    expect(begun).toMatchObject({ named: true, stepsProblem: expect.stringContaining('requires booting a ramdisk') });
    expect(await rows.database.operationStep.count({ where: { operationId: subject.operationId } })).toBe(0);
  });

  it('of a deploy and its templates are merged into the plan', async () => {
    const reset = { interface: 'power', step: 'hold', args: {}, priority: 120 };
    const subject = await claimed('deploy', {}, { templateSteps: [reset] });
    const steps = await rows.database.operationStep.findMany({
      where: { operationId: subject.operationId },
      orderBy: { index: 'asc' },
    });
    expect(steps.map(({ step, abortable }) => [step, abortable])).toEqual([
      ['hold', true],
      ['deploy', true],
    ]);
  });
});

describe('a servicing', () => {
  const active = { provisionState: 'servicing', targetProvisionState: 'active' };

  it('that broke off in a step sets the node aside', async () => {
    const subject = await claimed('service', active, { userSteps: [log] });
    await nodes.nextStep(key(subject, 1));
    await nodes.fail(key(subject, 2), 'fail', failure('failed'));
    expect(await nodeOf(subject)).toMatchObject({
      provisionState: 'service failed',
      targetProvisionState: 'active',
      maintenance: true,
      maintenanceReason: 'It broke; look.',
      fault: 'service failure',
      serviceStep: {},
    });
    expect(await historyOf(subject)).toEqual(['servicing_start INFO', 'x ERROR']);
  });

  it('that is aborted on hold leaves the instance active', async () => {
    const subject = await claimed('service', active, {
      userSteps: [{ interface: 'power', step: 'hold', args: {} }],
    });
    await nodes.nextStep(key(subject, 1));
    await nodes.enter(key(subject, 2), 'hold', { stage: 'on hold', awaitBeat: false });
    await nodes.fail(key(subject, 3), 'fail', failure('aborted'));
    expect(await nodeOf(subject)).toMatchObject({
      provisionState: 'active',
      targetProvisionState: null,
      maintenance: false,
      lastError: 'It broke; look.',
    });
  });
});

describe('cleaning', () => {
  it('that is aborted on hold keeps its target', async () => {
    const subject = await claimed(
      'clean',
      { provisionState: 'cleaning', targetProvisionState: 'manageable' },
      { userSteps: [{ interface: 'power', step: 'hold', args: {} }] },
    );
    await nodes.nextStep(key(subject, 1));
    await nodes.enter(key(subject, 2), 'hold', { stage: 'on hold', awaitBeat: false });
    await nodes.fail(key(subject, 3), 'fail', failure('aborted'));
    expect(await nodeOf(subject)).toMatchObject({
      provisionState: 'clean failed',
      targetProvisionState: 'manageable',
      maintenance: false,
      fault: null,
    });
  });
});

describe('a rescue', () => {
  const info = { rescue_password: 'sealed', hashed_rescue_password: 'sealed', kept: 1 };
  const rescuing = { provisionState: 'rescuing', targetProvisionState: 'rescue', instanceInfo: info };

  it('that fails forgets its password', async () => {
    const subject = await claimed('rescue', rescuing);
    await nodes.fail(key(subject, 1), 'fail', failure('failed'));
    expect(await nodeOf(subject)).toMatchObject({ provisionState: 'rescue failed', instanceInfo: { kept: 1 } });
  });

  it('that is aborted and cannot be cleaned up sets the node aside', async () => {
    const subject = await claimed('rescue', rescuing);
    await nodes.fail(key(subject, 1), 'fail', failure('aborted', { cleanUpFailed: true }));
    expect(await nodeOf(subject)).toMatchObject({ maintenance: true, fault: 'rescue abort failure' });
  });
});

describe('an adoption', () => {
  it('that fails forgets the power state', async () => {
    const subject = await claimed('adopt', { provisionState: 'adopting', powerState: 'power on' });
    await nodes.fail(key(subject, 1), 'fail', failure('failed'));
    expect(await nodeOf(subject)).toMatchObject({ provisionState: 'adopt failed', powerState: null });
  });
});

describe('an inspection', () => {
  const inspecting = { provisionState: 'inspecting', targetProvisionState: 'manageable' };

  it('tells by its times whether it runs or has ended', async () => {
    const subject = await claimed('inspect', { ...inspecting, inspectionFinishedAt: new Date(0) });
    expect(await nodeOf(subject)).toMatchObject({
      inspectionStartedAt: expect.any(Date),
      inspectionFinishedAt: null,
    });
    await nodes.finish(key(subject, 1), 'done');
    expect(await nodeOf(subject)).toMatchObject({
      inspectionStartedAt: null,
      inspectionFinishedAt: expect.any(Date),
    });
  });

  async function posted(inventory: Prisma.InputJsonObject): Promise<Subject> {
    const subject = await claimed('inspect', inspecting);
    const pluginData = { collected: 1, logs: 'large' };
    await rows.database.inspectionPost.create({ data: { operationId: subject.operationId, inventory, pluginData } });
    return subject;
  }

  it('keeps what the ramdisk sent, once', async () => {
    const eth0 = { name: 'eth0', mac_address: '52:54:00:00:00:01' };
    const subject = await posted({ interfaces: [eth0], cpu: { architecture: 'x86_64' } });
    expect(await nodes.readWait(subject.operationId)).toMatchObject({ posted: true });
    await nodes.storeInspection(key(subject, 1));
    await nodes.storeInspection(key(subject, 1));
    expect((await nodeOf(subject)).properties).toEqual({ cpu_arch: 'x86_64' });
    const stored = await rows.database.nodeInventory.findUniqueOrThrow({ where: { nodeId: subject.nodeId } });
    const shown = { ...eth0, pxe_enabled: false, ipv6_address: null };
    expect(stored.pluginData).toEqual({
      collected: 1,
      all_interfaces: { eth0: shown },
      valid_interfaces: { eth0: shown },
      macs: ['52:54:00:00:00:01'],
    });
  });

  it.for([
    [{ interfaces: [{ name: 'eth0', mac_address: 'no' }], cpu: { architecture: 'x' } }, 'no valid network interfaces'],
    [{ interfaces: [{ name: 'eth0', mac_address: '52:54:00:00:00:01' }] }, 'the architecture of the CPU'],
  ] as const)('of no use fails: %j', async ([inventory, reason]) => {
    const subject = await posted(JSON.parse(JSON.stringify(inventory)));
    await expect(nodes.storeInspection(key(subject, 1))).rejects.toThrow(reason);
  });
});

describe('steps of the fake interfaces', () => {
  const apply = (settings: object[]) => ({
    userSteps: [{ interface: 'bios', step: 'apply_configuration', args: { settings } }],
  });

  async function settingsOf({ nodeId }: Subject) {
    const found = await rows.database.biosSetting.findMany({ where: { nodeId }, orderBy: { name: 'asc' } });
    return found.map(({ name, value }) => `${name}=${value}`);
  }

  it('set BIOS settings and forget those that are not given', async () => {
    const fake = createFakeActivities(rows);
    const plan = JSON.parse(
      JSON.stringify(
        apply([
          { name: 'boot', value: 'uefi' },
          { name: 'ht', value: 'on' },
        ]),
      ),
    );
    const subject = await claimed('clean', { provisionState: 'cleaning' }, plan);
    await rows.database.biosSetting.create({ data: { nodeId: subject.nodeId, name: 'old', value: '1' } });
    expect(await fake.runStep(subject.operationId, 0)).toBe('done');
    await fake.runStep(subject.operationId, 0);
    expect(await settingsOf(subject)).toEqual(['boot=uefi', 'ht=on']);
  });

  it('run on the children that they are limited to, and on no other driver', async () => {
    const fake = createFakeActivities(rows);
    const step = { interface: 'power', step: 'power_off', args: {}, executeOnChildNodes: true };
    const subject = await claimed('clean', { provisionState: 'cleaning' }, { userSteps: [step] });
    const child = await addSubject(rows.database, { powerInterface: 'fake', parentNode: subject.uuid });
    await fake.runStepOnChildren(subject.operationId, 0);
    expect(await nodeOf(child)).toMatchObject({ powerState: 'power off' });
    expect((await timelineOf(rows.database, subject)).at(-1)).toContain(`ran on child nodes: ${child.uuid}`);
    await addSubject(rows.database, { parentNode: subject.uuid });
    await expect(fake.runStepOnChildren(subject.operationId, 0)).rejects.toThrow('cannot run on child node');
  });
});
