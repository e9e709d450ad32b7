import { describe, expect, test, vi } from 'vitest';
import { agentScene, image } from '../testing/agent-scene.js';
import { type Subject } from '../testing/database.js';
import { createAgentActivities } from './index.js';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

const scene = agentScene();

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
    return scene.rows.database.operationStep.findMany({ where: { operationId }, orderBy: { index: 'asc' } });
  }

  test('merges a deploy: what began stays, the agent’s and the driver’s steps follow by priority', async () => {
    const burnIn = { step: 'burnin_cpu', interface: 'deploy', priority: 0 };
    const inject = { step: 'inject_files', interface: 'deploy', priority: 50 };
    scene.agent.scripts['deploy.get_deploy_steps'] = () => ({
      command_result: { deploy_steps: { Generic: [burnIn, inject] }, hardware_manager_version: versions },
    });
    const subject = await scene.addNode();
    await scene.addStep(subject, { index: 0, step: 'deploy', priority: 100, runner: 'service' });
    await scene.addStep(subject, { index: 1, status: 'pending' });
    expect(await scene.activities.freezePlan(subject.operationId)).toBe(6);
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
    const { driverInternalInfo } = await scene.nodeOf(subject);
    expect(driverInternalInfo).toMatchObject({
      hardware_manager_version: versions,
      agent_cached_deploy_steps: { deploy: [burnIn, inject] },
      agent_cached_deploy_steps_refreshed: expect.any(String),
    });
  });

  test('asks once: a frozen plan stays as it is', async () => {
    scene.agent.scripts['clean.get_clean_steps'] = () => ({
      command_result: { clean_steps: { Generic: [shred, raid, erase] }, hardware_manager_version: versions },
    });
    const subject = await scene.addNode({ provisionState: 'cleaning' }, { type: 'clean' });
    expect(await scene.activities.freezePlan(subject.operationId)).toBe(2);
    expect(await scene.activities.freezePlan(subject.operationId)).toBe(2);
    expect(scene.agent.given).toHaveLength(1);
    expect(await planOf(subject)).toMatchObject([
      { step: 'erase_devices_metadata', priority: 99, abortable: true, rebootRequested: false },
      { step: 'erase_devices', priority: 10, rebootRequested: true },
    ]);
  });

  test("an operator's priorities replace those of the agent, and 0 leaves a step out", async () => {
    scene.agent.scripts['clean.get_clean_steps'] = () => ({
      command_result: { clean_steps: { Generic: [shred, raid, erase] }, hardware_manager_version: versions },
    });
    const cleanPriorities = { 'deploy.erase_devices': 0, 'deploy.erase_devices_metadata': 5 };
    const activities = createAgentActivities({ ...scene.rows, home: scene.home, cleanPriorities });
    const subject = await scene.addNode({}, { type: 'clean' });
    expect(await activities.freezePlan(subject.operationId)).toBe(1);
    expect(await planOf(subject)).toMatchObject([{ step: 'erase_devices_metadata', priority: 5 }]);
  });

  test('a manual cleaning keeps the order of its request and refuses steps that nobody knows', async () => {
    scene.agent.scripts['clean.get_clean_steps'] = () => ({
      command_result: { clean_steps: { Generic: [shred, raid, erase] }, hardware_manager_version: versions },
    });
    const userSteps = [
      { interface: 'raid', step: 'create_configuration' },
      { interface: 'deploy', step: 'erase_devices_metadata' },
    ];
    const subject = await scene.addNode({}, { type: 'clean', plan: { userSteps } });
    expect(await scene.activities.freezePlan(subject.operationId)).toBe(2);
    expect((await planOf(subject)).map(({ step }) => step)).toEqual(['create_configuration', 'erase_devices_metadata']);

    const unknown = await scene.addNode(
      {},
      { type: 'clean', plan: { userSteps: [{ interface: 'bios', step: 'upgrade' }] } },
    );
    await expect(scene.activities.freezePlan(unknown.operationId)).rejects.toMatchObject({
      type: 'NodeInvalid',
      message: expect.stringContaining('node does not support this clean step: bios.upgrade'),
    });
    expect(await planOf(unknown)).toEqual([]);
  });

  test('sends the node with its secrets masked, and only parameters that the command knows', async () => {
    scene.agent.scripts['deploy.get_deploy_steps'] = () => ({
      command_result: { deploy_steps: {}, hardware_manager_version: versions },
    });
    const subject = await scene.addNode({
      driverInfo: { ipmi_address: '192.0.2.7', ipmi_password: scene.rows.secrets.seal('geheim') },
      instanceInfo: { ...image, configdrive: scene.rows.secrets.seal('H4sIsecretdrive') },
    });
    await scene.activities.freezePlan(subject.operationId);
    const [given] = scene.agent.given;
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
    scene.agent.scripts['deploy.get_deploy_steps'] = () => ({ command_result: {} });
    const subject = await scene.addNode();
    await expect(scene.activities.freezePlan(subject.operationId)).rejects.toMatchObject({
      type: 'AgentCommandFailed',
      message: expect.stringContaining('deploy_steps or hardware_manager_version is missing'),
    });
  });
});
