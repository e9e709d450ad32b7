import { describe, expect, test, vi } from 'vitest';
import { withContact } from '../contact.js';
import { agentScene } from '../testing/agent-scene.js';
import { timelineOf, type Subject } from '../testing/database.js';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

const scene = agentScene();

describe('following a step', () => {
  async function started(step: object = {}, type = 'deploy'): Promise<Subject> {
    scene.agent.scripts['deploy.execute_deploy_step'] = () => 'running';
    scene.agent.scripts['clean.execute_clean_step'] = () => 'running';
    const subject = await scene.addNode({}, { type });
    await scene.addStep(subject, step);
    await scene.activities.startStep(subject.operationId, 1);
    return subject;
  }

  test('waits by long poll and tells what the step asks for', async () => {
    const subject = await started({ rebootRequested: true });
    const following = scene.activities.followStep(subject.operationId, 1);
    await vi.waitFor(() => expect(scene.agent.longPolls).toBe(1));
    scene.agent.end();
    expect(await following).toEqual({ rebootRequested: true });
    expect(await timelineOf(scene.rows.database, subject)).toEqual([
      'agent: deploy.write_image given to the agent',
      'agent: deploy.write_image ended on the agent: succeeded',
    ]);
  });

  test('a failed step is told in Ironic’s words, with the agent’s details and what to do', async () => {
    const subject = await started();
    scene.agent.end({
      command_status: 'FAILED',
      command_error: {
        type: 'ImageChecksumError',
        code: 500,
        message: 'Error verifying image checksum',
        details: 'expected ab, got cd',
      },
    });
    await expect(scene.activities.followStep(subject.operationId, 1)).rejects.toMatchObject({
      type: 'AgentCommandFailed',
      message:
        `Deploy step deploy.write_image failed on node ${subject.uuid}. expected ab, got cd; the disk is overwritten ` +
        'already; correct the checksum in instance_info or the image on the server.',
    });
  });

  test('a failed clean step is called so', async () => {
    const subject = await started({ step: 'erase_devices' }, 'clean');
    scene.agent.end({ command_status: 'FAILED', command_error: { type: 'X', message: 'sda is frozen' } });
    await expect(scene.activities.followStep(subject.operationId, 1)).rejects.toThrow(
      `Clean step deploy.erase_devices failed on node ${subject.uuid}. sda is frozen; read the ramdisk logs of this node.`,
    );
  });

  test('an agent that forgot the command was restarted, which is final', async () => {
    const subject = await started();
    const following = scene.activities.followStep(subject.operationId, 1);
    await vi.waitFor(() => expect(scene.agent.longPolls).toBe(1));
    scene.agent.forget();
    await expect(following).rejects.toMatchObject({
      type: 'AgentCommandFailed',
      retryable: false,
      message: expect.stringContaining('was restarted in the middle of Deploy step deploy.write_image'),
    });
  });

  test('a broken connection is a failure to be retried, and the next attempt goes on', async () => {
    const subject = await started();
    scene.agent.loseAnswersTo = 'GET';
    const broken = scene.activities.followStep(subject.operationId, 1);
    await vi.waitFor(() => expect(scene.agent.longPolls).toBe(1));
    scene.agent.end();
    await expect(broken).rejects.toMatchObject({ type: 'AgentUnreachable', retryable: true });
    expect(await scene.activities.followStep(subject.operationId, 1)).toEqual({ rebootRequested: false });
  });

  test('after many broken long polls the agent’s threads are spared', async () => {
    const subject = await started();
    scene.agent.end();
    const earlierProgress = { commandId: 'command-1', longPolls: 5 };
    await withContact({ earlierProgress }, () => scene.activities.followStep(subject.operationId, 1));
    expect(scene.agent.longPolls).toBe(0);
  });

  test('each answer of the agent is reported as one', async () => {
    const subject = await started();
    scene.agent.end();
    const answered = vi.fn<() => void>();
    const setProgress = vi.fn<(progress: unknown) => void>();
    await withContact({ answered, setProgress }, () => scene.activities.followStep(subject.operationId, 1));
    expect(answered).toHaveBeenCalledOnce();
    expect(setProgress).toHaveBeenCalledWith({ commandId: 'command-1', longPolls: 1 });
  });
});
