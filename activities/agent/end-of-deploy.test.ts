import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { agentScene } from '../testing/agent-scene.js';
import { timelineOf } from '../testing/database.js';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

const scene = agentScene();

describe('the end of a deploy', () => {
  test('enters the boot loader in UEFI mode and keeps the disk’s identifier', async () => {
    scene.agent.scripts['standby.get_partition_uuids'] = () => ({ command_result: { 'root uuid': '0x12345678' } });
    scene.agent.scripts['image.install_bootloader'] = () => ({ command_result: null });
    const subject = await scene.addNode();
    await scene.activities.installBootloader(subject.operationId);
    expect(scene.agent.given.at(-1)).toEqual({
      name: 'image.install_bootloader',
      params: {
        root_uuid: '0x12345678',
        efi_system_part_uuid: null,
        prep_boot_part_uuid: null,
        target_boot_mode: 'uefi',
      },
    });
    expect((await scene.nodeOf(subject)).driverInternalInfo).toMatchObject({ root_uuid_or_disk_id: '0x12345678' });
    await scene.activities.installBootloader(subject.operationId);
    expect(scene.agent.given.filter(({ name }) => name === 'image.install_bootloader')).toHaveLength(1);
  });

  test('leaves the boot loader alone in BIOS mode', async () => {
    scene.agent.scripts['standby.get_partition_uuids'] = () => ({ command_result: {} });
    const subject = await scene.addNode({ properties: { capabilities: 'boot_mode:bios' } });
    await scene.activities.installBootloader(subject.operationId);
    expect(scene.agent.given.map(({ name }) => name)).toEqual(['standby.get_partition_uuids']);
  });

  test('a boot loader that cannot be installed says what is wrong with the image', async () => {
    scene.agent.scripts['standby.get_partition_uuids'] = () => ({ command_result: {} });
    scene.agent.scripts['image.install_bootloader'] = () => ({
      command_status: 'FAILED',
      command_error: { type: 'DeviceNotFound', message: 'x', details: 'No EFI partition could be detected' },
    });
    const subject = await scene.addNode();
    await expect(scene.activities.installBootloader(subject.operationId)).rejects.toThrow(
      `Failed to install a bootloader when deploying node ${subject.uuid}: No EFI partition could be detected; check that`,
    );
  });

  test('powers off through the agent, and an agent that is gone is no failure', async () => {
    scene.agent.scripts['standby.sync'] = () => ({});
    scene.agent.scripts['standby.power_off'] = () => 'running';
    const subject = await scene.addNode();
    await scene.activities.powerOff(subject.operationId);
    expect(scene.agent.given.map(({ name }) => name)).toEqual(['standby.sync', 'standby.power_off']);
    await scene.agent.stop();
    await scene.activities.powerOff(subject.operationId);
    expect((await timelineOf(scene.rows.database, subject)).at(-1)).toMatch(
      /^agent: The agent .* The power state decides\.$/,
    );
  });

  test('keeps the ramdisk’s logs where only this account reads them', async () => {
    scene.agent.scripts['log.collect_system_logs'] = () => ({
      command_result: { system_logs: Buffer.from('gzip of a tar').toString('base64') },
    });
    const subject = await scene.addNode();
    await scene.activities.collectLogs(subject.operationId);
    const file = path.join(scene.home, 'agent-logs', `${subject.uuid}_${subject.operationId}.tar.gz`);
    expect(readFileSync(file, 'utf8')).toBe('gzip of a tar');
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  test('logs that cannot be had fail nothing', async () => {
    const subject = await scene.addNode();
    await scene.agent.stop();
    await scene.activities.collectLogs(subject.operationId);
    expect(existsSync(path.join(scene.home, 'agent-logs'))).toBe(false);
    expect(await timelineOf(scene.rows.database, subject)).toEqual([
      expect.stringMatching(/^agent: ramdisk logs could not be fetched: The agent of node/),
    ]);
  });
});
