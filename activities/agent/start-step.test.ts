import { beforeEach, describe, expect, test, vi } from 'vitest';
import { agentScene, image } from '../testing/agent-scene.js';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

const scene = agentScene();

describe('starting a step', () => {
  beforeEach(() => {
    scene.agent.scripts['deploy.get_deploy_steps'] = () => ({ command_result: {} });
    scene.agent.scripts['deploy.execute_deploy_step'] = () => 'running';
  });

  const executions = () => scene.agent.given.filter(({ name }) => name === 'deploy.execute_deploy_step');

  test('gives the image, its checksum and the config drive, each once', async () => {
    const subject = await scene.addNode({
      instanceInfo: { ...image, configdrive: scene.rows.secrets.seal('H4sIdrive') },
      driverInternalInfo: { hardware_manager_version: { generic_hardware_manager: '1.2' } },
    });
    await scene.addStep(subject);
    await scene.activities.startStep(subject.operationId, 1);
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
    expect(await scene.stepOf(subject)).toMatchObject({ commandId: 'command-1', newestCommandBefore: '' });
  });

  test('builds a config drive that came as an object', async () => {
    const parts = JSON.stringify({ meta_data: { hostname: 'web-1' }, user_data: 'echo geheim' });
    const subject = await scene.addNode({ instanceInfo: { ...image, configdrive: scene.rows.secrets.seal(parts) } });
    await scene.addStep(subject);
    await scene.activities.startStep(subject.operationId, 1);
    const given = executions()[0]?.params['step'];
    expect(given).toMatchObject({ args: { configdrive: expect.stringMatching(/^H4sI[\w+/=]+$/) } });
    expect(JSON.stringify(await scene.rows.database.operationStep.findMany())).not.toContain('geheim');
  });

  test('is not repeated when it is called again', async () => {
    const subject = await scene.addNode();
    await scene.addStep(subject);
    const id = await scene.activities.startStep(subject.operationId, 1);
    expect(await scene.activities.startStep(subject.operationId, 1)).toBe(id);
    expect(executions()).toHaveLength(1);
  });

  test('adopts the command whose answer was lost', async () => {
    const subject = await scene.addNode();
    await scene.addStep(subject);
    scene.agent.loseAnswersTo = 'POST';
    await expect(scene.activities.startStep(subject.operationId, 1)).rejects.toMatchObject({
      type: 'AgentUnreachable',
    });
    expect(await scene.activities.startStep(subject.operationId, 1)).toBe('command-1');
    expect(executions()).toHaveLength(1);
  });

  test('adopts a command that has ended before anybody asked', async () => {
    const subject = await scene.addNode();
    await scene.addStep(subject);
    scene.agent.loseAnswersTo = 'POST';
    await expect(scene.activities.startStep(subject.operationId, 1)).rejects.toThrow('does not answer');
    scene.agent.end();
    expect(await scene.activities.startStep(subject.operationId, 1)).toBe('command-1');
  });

  test('does not take an earlier step’s command for its own', async () => {
    const subject = await scene.addNode();
    await scene.addStep(subject, { index: 0, step: 'erase_devices_metadata' });
    await scene.addStep(subject);
    expect(await scene.activities.startStep(subject.operationId, 0)).toBe('command-1');
    scene.agent.end();
    expect(await scene.activities.startStep(subject.operationId, 1)).toBe('command-2');
    expect(await scene.stepOf(subject)).toMatchObject({ newestCommandBefore: 'command-1', commandId: 'command-2' });
  });

  test('adopts its own command when the agent says that it is busy with it', async () => {
    const subject = await scene.addNode();
    await scene.addStep(subject, { newestCommandBefore: '' });
    // An earlier attempt's request arrives only after this one has read the list.
    let late = false;
    scene.agent.scripts['deploy.execute_deploy_step'] = () => 'running';
    const list = scene.agent.commands;
    Object.defineProperty(scene.agent, 'commands', {
      get: () => {
        if (!late && scene.agent.given.length === 0) {
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
    expect(await scene.activities.startStep(subject.operationId, 1)).toBe('late');
    expect(executions()).toHaveLength(0);
  });

  test('waits while the agent is busy with something else', async () => {
    const subject = await scene.addNode();
    await scene.addStep(subject);
    scene.agent.commands.push({
      id: 'logs',
      command_name: 'collect_system_logs',
      command_status: 'RUNNING',
      command_error: null,
      command_result: null,
    });
    await expect(scene.activities.startStep(subject.operationId, 1)).rejects.toMatchObject({
      type: 'AgentBusy',
      retryable: true,
    });
    scene.agent.end();
    expect(await scene.activities.startStep(subject.operationId, 1)).toBe('command-1');
  });

  test('is given up when the agent was restarted after a first try', async () => {
    const subject = await scene.addNode();
    await scene.addStep(subject, { newestCommandBefore: 'command-of-old' });
    await expect(scene.activities.startStep(subject.operationId, 1)).rejects.toMatchObject({
      type: 'AgentCommandFailed',
      message: expect.stringContaining('was restarted in the middle of Deploy step deploy.write_image'),
    });
    expect(executions()).toHaveLength(0);
  });

  test('does not begin for an operation that has ended meanwhile', async () => {
    const subject = await scene.addNode({}, { status: 'superseded' });
    await scene.addStep(subject);
    await expect(scene.activities.startStep(subject.operationId, 1)).rejects.toMatchObject({
      type: 'InvalidStateRequested',
      retryable: false,
    });
    expect(scene.agent.given).toEqual([]);
  });

  test('a refusal by versions has a kind of its own', async () => {
    const subject = await scene.addNode();
    await scene.addStep(subject);
    scene.agent.scripts['deploy.execute_deploy_step'] = () => ({ command_status: 'CLEAN_VERSION_MISMATCH' });
    await expect(scene.activities.startStep(subject.operationId, 1)).rejects.toMatchObject({
      type: 'AgentVersionMismatch',
    });
  });

  test('an agent that has not called yet, or whose boot has ended, is told apart', async () => {
    const subject = await scene.addNode();
    await scene.addStep(subject);
    await scene.rows.database.boot.updateMany({ where: { nodeId: subject.nodeId }, data: { callbackUrl: null } });
    await expect(scene.activities.startStep(subject.operationId, 1)).rejects.toMatchObject({
      type: 'AgentUnreachable',
    });
    await scene.rows.database.boot.updateMany({ where: { nodeId: subject.nodeId }, data: { endedAt: new Date() } });
    await expect(scene.activities.startStep(subject.operationId, 1)).rejects.toMatchObject({
      type: 'AgentCommandFailed',
    });
  });
});
