import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AgentActivities } from '#activities/contract.js';
import { ScriptedAgent } from '../../test/support/scripted-agent.js';
import { withContact } from '../contact.js';
import { addSubject, startDatabase, timelineOf, type Subject, type TestDatabase } from '../testing/database.js';
import { createAgentActivities } from './index.js';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

let rows: TestDatabase;
let agent: ScriptedAgent;
let activities: AgentActivities;
let home: string;

beforeAll(async () => {
  rows = await startDatabase();
});
afterAll(() => rows.stop());

beforeEach(async () => {
  agent = new ScriptedAgent();
  await agent.start();
  home = mkdtempSync(path.join(tmpdir(), 'temper-agent-'));
  activities = createAgentActivities({ ...rows, home });
});
afterEach(async () => {
  await agent.stop();
  rmSync(home, { recursive: true });
});

const image = {
  image_source: 'http://images.example/path/x.img?sig=secret',
  image_url: 'http://images.example/path/x.img?sig=secret',
  image_os_hash_algo: 'sha256',
  image_os_hash_value: 'ab'.repeat(32),
  image_disk_format: 'raw',
};

/** A node whose ramdisk's agent is the scripted one. */
async function addNode(node: object = {}, operation: object = {}): Promise<Subject> {
  const subject = await addSubject(rows.database, { instanceInfo: image, ...node }, operation);
  await rows.database.port.create({
    data: { uuid: crypto.randomUUID(), nodeId: subject.nodeId, address: crypto.randomUUID().slice(0, 17) },
  });
  await rows.database.boot.create({
    data: {
      id: crypto.randomUUID(),
      nodeId: subject.nodeId,
      operationId: subject.operationId,
      number: 1,
      agentToken: rows.secrets.seal(agent.token),
      callbackUrl: agent.url,
      agentVerifyCa: agent.certificate,
      heartbeatAt: new Date(),
    },
  });
  return subject;
}

async function addStep({ operationId }: Subject, step: object = {}): Promise<void> {
  await rows.database.operationStep.create({
    data: {
      operationId,
      index: 1,
      interface: 'deploy',
      step: 'write_image',
      priority: 80,
      runner: 'agent',
      status: 'running',
      ...step,
    },
  });
}

function stepOf({ operationId }: Subject) {
  return rows.database.operationStep.findUniqueOrThrow({ where: { operationId_index: { operationId, index: 1 } } });
}

function nodeOf({ nodeId }: Subject) {
  return rows.database.node.findUniqueOrThrow({ where: { id: nodeId } });
}

describe('freezing the plan', () => {
  const versions = { generic_hardware_manager: '1.2' };
  const erase = {
    step: 'erase_devices_metadata',
    interface: 'deploy',
    priority: 99,
    abortable: true,
    reboot_requested: false,
  };
  const shred = { step: 'erase_devices', interface: 'deploy', priority: 10, abortable: true, reboot_requested: true };
  const raid = { step: 'create_configuration', interface: 'raid', priority: 0, abortable: true, argsinfo: {} };

  function planOf({ operationId }: Subject) {
    return rows.database.operationStep.findMany({ where: { operationId }, orderBy: { index: 'asc' } });
  }

  test('merges a deploy: what began stays, the agent’s and the driver’s steps follow by priority', async () => {
    const burnIn = { step: 'burnin_cpu', interface: 'deploy', priority: 0 };
    const inject = { step: 'inject_files', interface: 'deploy', priority: 50 };
    agent.scripts['deploy.get_deploy_steps'] = () => ({
      command_result: { deploy_steps: { Generic: [burnIn, inject] }, hardware_manager_version: versions },
    });
    const subject = await addNode();
    await addStep(subject, { index: 0, step: 'deploy', priority: 100, runner: 'service' });
    await addStep(subject, { index: 1, status: 'pending' });
    expect(await activities.freezePlan(subject.operationId)).toBe(6);
    expect(
      (await planOf(subject)).map(({ index, step, runner, status }) => `${index} ${step} ${runner} ${status}`),
    ).toEqual([
      '0 deploy service running',
      '1 write_image agent pending',
      '2 prepare_instance_boot service pending',
      '3 inject_files agent pending',
      '4 tear_down_agent service pending',
      '5 switch_to_tenant_network service pending',
      '6 boot_instance service pending',
    ]);
    const { driverInternalInfo } = await nodeOf(subject);
    expect(driverInternalInfo).toMatchObject({
      hardware_manager_version: versions,
      agent_cached_deploy_steps: { deploy: [burnIn, inject] },
      agent_cached_deploy_steps_refreshed: expect.any(String),
    });
  });

  test('asks once: a frozen plan stays as it is', async () => {
    agent.scripts['clean.get_clean_steps'] = () => ({
      command_result: { clean_steps: { Generic: [shred, raid, erase] }, hardware_manager_version: versions },
    });
    const subject = await addNode({ provisionState: 'cleaning' }, { type: 'clean' });
    expect(await activities.freezePlan(subject.operationId)).toBe(2);
    expect(await activities.freezePlan(subject.operationId)).toBe(2);
    expect(agent.given).toHaveLength(1);
    expect(await planOf(subject)).toMatchObject([
      { step: 'erase_devices_metadata', priority: 99, abortable: true, rebootRequested: false },
      { step: 'erase_devices', priority: 10, rebootRequested: true },
    ]);
  });

  test('a manual cleaning keeps the order of its request and refuses steps that nobody knows', async () => {
    agent.scripts['clean.get_clean_steps'] = () => ({
      command_result: { clean_steps: { Generic: [shred, raid, erase] }, hardware_manager_version: versions },
    });
    const userSteps = [
      { interface: 'raid', step: 'create_configuration' },
      { interface: 'deploy', step: 'erase_devices_metadata' },
    ];
    const subject = await addNode({}, { type: 'clean', plan: { userSteps } });
    expect(await activities.freezePlan(subject.operationId)).toBe(2);
    expect((await planOf(subject)).map(({ step }) => step)).toEqual(['create_configuration', 'erase_devices_metadata']);

    const unknown = await addNode({}, { type: 'clean', plan: { userSteps: [{ interface: 'bios', step: 'upgrade' }] } });
    await expect(activities.freezePlan(unknown.operationId)).rejects.toMatchObject({
      type: 'NodeInvalid',
      message: expect.stringContaining('node does not support this clean step: bios.upgrade'),
    });
    expect(await planOf(unknown)).toEqual([]);
  });

  test('sends the node with its secrets masked, and only parameters that the command knows', async () => {
    agent.scripts['deploy.get_deploy_steps'] = () => ({
      command_result: { deploy_steps: {}, hardware_manager_version: versions },
    });
    const subject = await addNode({
      driverInfo: { ipmi_address: '192.0.2.7', ipmi_password: rows.secrets.seal('geheim') },
      instanceInfo: { ...image, configdrive: rows.secrets.seal('H4sIsecretdrive') },
    });
    await activities.freezePlan(subject.operationId);
    const [given] = agent.given;
    expect(Object.keys(given?.params ?? {}).toSorted()).toEqual(['node', 'ports']);
    expect(given?.params['node']).toMatchObject({
      uuid: subject.uuid,
      driver_info: { ipmi_address: '192.0.2.7', ipmi_password: '******' },
      instance_info: { configdrive: '******', image_url: '******' },
      driver_internal_info: { deploy_boot_mode: 'uefi' },
    });
    expect(JSON.stringify(given)).not.toMatch(/geheim|secretdrive/);
  });

  test('an answer without what was asked for names what is missing', async () => {
    agent.scripts['deploy.get_deploy_steps'] = () => ({ command_result: {} });
    const subject = await addNode();
    await expect(activities.freezePlan(subject.operationId)).rejects.toMatchObject({
      type: 'AgentCommandFailed',
      message: expect.stringContaining('deploy_steps or hardware_manager_version is missing'),
    });
  });
});

describe('starting a step', () => {
  beforeEach(() => {
    agent.scripts['deploy.get_deploy_steps'] = () => ({ command_result: {} });
    agent.scripts['deploy.execute_deploy_step'] = () => 'running';
  });

  const executions = () => agent.given.filter(({ name }) => name === 'deploy.execute_deploy_step');

  test('gives the image, its checksum and the config drive, each once', async () => {
    const subject = await addNode({
      instanceInfo: { ...image, configdrive: rows.secrets.seal('H4sIdrive') },
      driverInternalInfo: { hardware_manager_version: { generic_hardware_manager: '1.2' } },
    });
    await addStep(subject);
    await activities.startStep(subject.operationId, 1);
    expect(executions()).toHaveLength(1);
    expect(executions()[0]?.params).toMatchObject({
      step: {
        interface: 'deploy',
        step: 'write_image',
        priority: 80,
        args: {
          image_info: {
            id: 'x.img?sig=secret',
            urls: [image.image_url],
            disk_format: 'raw',
            container_format: null,
            stream_raw_images: true,
            os_hash_algo: 'sha256',
            os_hash_value: image.image_os_hash_value,
            node_uuid: subject.uuid,
          },
          configdrive: 'H4sIdrive',
        },
      },
      deploy_version: { generic_hardware_manager: '1.2' },
    });
    expect(JSON.stringify(executions()[0]).match(/H4sIdrive/g)).toHaveLength(1);
    expect(await stepOf(subject)).toMatchObject({ commandId: 'command-1', newestCommandBefore: '' });
  });

  test('is not repeated when it is called again', async () => {
    const subject = await addNode();
    await addStep(subject);
    const id = await activities.startStep(subject.operationId, 1);
    expect(await activities.startStep(subject.operationId, 1)).toBe(id);
    expect(executions()).toHaveLength(1);
  });

  test('adopts the command whose answer was lost', async () => {
    const subject = await addNode();
    await addStep(subject);
    agent.loseAnswersTo = 'POST';
    await expect(activities.startStep(subject.operationId, 1)).rejects.toMatchObject({ type: 'AgentUnreachable' });
    expect(await activities.startStep(subject.operationId, 1)).toBe('command-1');
    expect(executions()).toHaveLength(1);
  });

  test('adopts a command that has ended before anybody asked', async () => {
    const subject = await addNode();
    await addStep(subject);
    agent.loseAnswersTo = 'POST';
    await expect(activities.startStep(subject.operationId, 1)).rejects.toThrow('does not answer');
    agent.end();
    expect(await activities.startStep(subject.operationId, 1)).toBe('command-1');
  });

  test('does not take an earlier step’s command for its own', async () => {
    const subject = await addNode();
    await addStep(subject, { index: 0, step: 'erase_devices_metadata' });
    await addStep(subject);
    expect(await activities.startStep(subject.operationId, 0)).toBe('command-1');
    agent.end();
    expect(await activities.startStep(subject.operationId, 1)).toBe('command-2');
    expect(await stepOf(subject)).toMatchObject({ newestCommandBefore: 'command-1', commandId: 'command-2' });
  });

  test('adopts its own command when the agent says that it is busy with it', async () => {
    const subject = await addNode();
    await addStep(subject, { newestCommandBefore: '' });
    // An earlier attempt's request arrives only after this one has read the list.
    let late = false;
    agent.scripts['deploy.execute_deploy_step'] = () => 'running';
    const list = agent.commands;
    Object.defineProperty(agent, 'commands', {
      get: () => {
        if (!late && agent.given.length === 0) {
          late = true;
          const before = [...list];
          list.push({
            id: 'late',
            command_name: 'execute_deploy_step',
            command_status: 'RUNNING',
            command_error: null,
            command_result: null,
          });
          return before;
        }
        return list;
      },
    });
    expect(await activities.startStep(subject.operationId, 1)).toBe('late');
    expect(executions()).toHaveLength(0);
  });

  test('waits while the agent is busy with something else', async () => {
    const subject = await addNode();
    await addStep(subject);
    agent.commands.push({
      id: 'logs',
      command_name: 'collect_system_logs',
      command_status: 'RUNNING',
      command_error: null,
      command_result: null,
    });
    await expect(activities.startStep(subject.operationId, 1)).rejects.toMatchObject({
      type: 'AgentBusy',
      retryable: true,
    });
    agent.end();
    expect(await activities.startStep(subject.operationId, 1)).toBe('command-1');
  });

  test('is given up when the agent was restarted after a first try', async () => {
    const subject = await addNode();
    await addStep(subject, { newestCommandBefore: 'command-of-old' });
    await expect(activities.startStep(subject.operationId, 1)).rejects.toMatchObject({
      type: 'AgentCommandFailed',
      message: expect.stringContaining('was restarted in the middle of Deploy step deploy.write_image'),
    });
    expect(executions()).toHaveLength(0);
  });

  test('does not begin for an operation that has ended meanwhile', async () => {
    const subject = await addNode({}, { status: 'superseded' });
    await addStep(subject);
    await expect(activities.startStep(subject.operationId, 1)).rejects.toMatchObject({
      type: 'InvalidStateRequested',
      retryable: false,
    });
    expect(agent.given).toEqual([]);
  });

  test('a refusal by versions has a kind of its own', async () => {
    const subject = await addNode();
    await addStep(subject);
    agent.scripts['deploy.execute_deploy_step'] = () => ({ command_status: 'CLEAN_VERSION_MISMATCH' });
    await expect(activities.startStep(subject.operationId, 1)).rejects.toMatchObject({ type: 'AgentVersionMismatch' });
  });

  test('an agent that has not called yet, or whose boot has ended, is told apart', async () => {
    const subject = await addNode();
    await addStep(subject);
    await rows.database.boot.updateMany({ where: { nodeId: subject.nodeId }, data: { callbackUrl: null } });
    await expect(activities.startStep(subject.operationId, 1)).rejects.toMatchObject({ type: 'AgentUnreachable' });
    await rows.database.boot.updateMany({ where: { nodeId: subject.nodeId }, data: { endedAt: new Date() } });
    await expect(activities.startStep(subject.operationId, 1)).rejects.toMatchObject({ type: 'AgentCommandFailed' });
  });
});

describe('following a step', () => {
  async function started(step: object = {}, type = 'deploy'): Promise<Subject> {
    agent.scripts['deploy.execute_deploy_step'] = () => 'running';
    agent.scripts['clean.execute_clean_step'] = () => 'running';
    const subject = await addNode({}, { type });
    await addStep(subject, step);
    await activities.startStep(subject.operationId, 1);
    return subject;
  }

  test('waits by long poll and tells what the step asks for', async () => {
    const subject = await started({ rebootRequested: true });
    const following = activities.followStep(subject.operationId, 1);
    await vi.waitFor(() => expect(agent.longPolls).toBe(1));
    agent.end();
    expect(await following).toEqual({ rebootRequested: true });
    expect(await timelineOf(rows.database, subject)).toEqual([
      'agent: deploy.write_image given to the agent',
      'agent: deploy.write_image ended on the agent: succeeded',
    ]);
  });

  test('a failed step is told in Ironic’s words, with the agent’s details and what to do', async () => {
    const subject = await started();
    agent.end({
      command_status: 'FAILED',
      command_error: {
        type: 'ImageChecksumError',
        code: 500,
        message: 'Error verifying image checksum',
        details: 'expected ab, got cd',
      },
    });
    await expect(activities.followStep(subject.operationId, 1)).rejects.toMatchObject({
      type: 'AgentCommandFailed',
      message:
        `Deploy step deploy.write_image failed on node ${subject.uuid}. expected ab, got cd; the disk is overwritten ` +
        'already; correct the checksum in instance_info or the image on the server.',
    });
  });

  test('a failed clean step is called so', async () => {
    const subject = await started({ step: 'erase_devices' }, 'clean');
    agent.end({ command_status: 'FAILED', command_error: { type: 'X', message: 'sda is frozen' } });
    await expect(activities.followStep(subject.operationId, 1)).rejects.toThrow(
      `Clean step deploy.erase_devices failed on node ${subject.uuid}. sda is frozen; read the ramdisk logs of this node.`,
    );
  });

  test('an agent that forgot the command was restarted, which is final', async () => {
    const subject = await started();
    const following = activities.followStep(subject.operationId, 1);
    await vi.waitFor(() => expect(agent.longPolls).toBe(1));
    agent.forget();
    await expect(following).rejects.toMatchObject({
      type: 'AgentCommandFailed',
      retryable: false,
      message: expect.stringContaining('was restarted in the middle of Deploy step deploy.write_image'),
    });
  });

  test('a broken connection is a failure to be retried, and the next attempt goes on', async () => {
    const subject = await started();
    agent.loseAnswersTo = 'GET';
    const broken = activities.followStep(subject.operationId, 1);
    await vi.waitFor(() => expect(agent.longPolls).toBe(1));
    agent.end();
    await expect(broken).rejects.toMatchObject({ type: 'AgentUnreachable', retryable: true });
    expect(await activities.followStep(subject.operationId, 1)).toEqual({ rebootRequested: false });
  });

  test('after many broken long polls the agent’s threads are spared', async () => {
    const subject = await started();
    agent.end();
    const earlierProgress = { commandId: 'command-1', longPolls: 5 };
    await withContact({ earlierProgress }, () => activities.followStep(subject.operationId, 1));
    expect(agent.longPolls).toBe(0);
  });

  test('each answer of the agent is reported as one', async () => {
    const subject = await started();
    agent.end();
    const answered = vi.fn<() => void>();
    const setProgress = vi.fn<(progress: unknown) => void>();
    await withContact({ answered, setProgress }, () => activities.followStep(subject.operationId, 1));
    expect(answered).toHaveBeenCalledOnce();
    expect(setProgress).toHaveBeenCalledWith({ commandId: 'command-1', longPolls: 1 });
  });
});

describe('the end of a deploy', () => {
  test('enters the boot loader in UEFI mode and keeps the disk’s identifier', async () => {
    agent.scripts['standby.get_partition_uuids'] = () => ({ command_result: { 'root uuid': '0x12345678' } });
    agent.scripts['image.install_bootloader'] = () => ({ command_result: null });
    const subject = await addNode();
    await activities.installBootloader(subject.operationId);
    expect(agent.given.at(-1)).toEqual({
      name: 'image.install_bootloader',
      params: {
        root_uuid: '0x12345678',
        efi_system_part_uuid: null,
        prep_boot_part_uuid: null,
        target_boot_mode: 'uefi',
      },
    });
    expect((await nodeOf(subject)).driverInternalInfo).toMatchObject({ root_uuid_or_disk_id: '0x12345678' });
    await activities.installBootloader(subject.operationId);
    expect(agent.given.filter(({ name }) => name === 'image.install_bootloader')).toHaveLength(1);
  });

  test('leaves the boot loader alone in BIOS mode', async () => {
    agent.scripts['standby.get_partition_uuids'] = () => ({ command_result: {} });
    const subject = await addNode({ properties: { capabilities: 'boot_mode:bios' } });
    await activities.installBootloader(subject.operationId);
    expect(agent.given.map(({ name }) => name)).toEqual(['standby.get_partition_uuids']);
  });

  test('a boot loader that cannot be installed says what is wrong with the image', async () => {
    agent.scripts['standby.get_partition_uuids'] = () => ({ command_result: {} });
    agent.scripts['image.install_bootloader'] = () => ({
      command_status: 'FAILED',
      command_error: { type: 'DeviceNotFound', message: 'x', details: 'No EFI partition could be detected' },
    });
    const subject = await addNode();
    await expect(activities.installBootloader(subject.operationId)).rejects.toThrow(
      `Failed to install a bootloader when deploying node ${subject.uuid}: No EFI partition could be detected; check that`,
    );
  });

  test('powers off through the agent, and an agent that is gone is no failure', async () => {
    agent.scripts['standby.sync'] = () => ({});
    agent.scripts['standby.power_off'] = () => 'running';
    const subject = await addNode();
    await activities.powerOff(subject.operationId);
    expect(agent.given.map(({ name }) => name)).toEqual(['standby.sync', 'standby.power_off']);
    await agent.stop();
    await activities.powerOff(subject.operationId);
    expect((await timelineOf(rows.database, subject)).at(-1)).toMatch(
      /^agent: The agent .* The power state decides\.$/,
    );
  });

  test('keeps the ramdisk’s logs where only this account reads them', async () => {
    agent.scripts['log.collect_system_logs'] = () => ({
      command_result: { system_logs: Buffer.from('gzip of a tar').toString('base64') },
    });
    const subject = await addNode();
    await activities.collectLogs(subject.operationId);
    const file = path.join(home, 'agent-logs', `${subject.uuid}_${subject.operationId}.tar.gz`);
    expect(readFileSync(file, 'utf8')).toBe('gzip of a tar');
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  test('logs that cannot be had fail nothing', async () => {
    const subject = await addNode();
    await agent.stop();
    await activities.collectLogs(subject.operationId);
    expect(existsSync(path.join(home, 'agent-logs'))).toBe(false);
    expect(await timelineOf(rows.database, subject)).toEqual([
      expect.stringMatching(/^agent: ramdisk logs could not be fetched: The agent of node/),
    ]);
  });
});
