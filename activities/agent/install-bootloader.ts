import { AgentBusy, AgentCommandFailed } from '#domain/errors.js';
import { bootModeOf } from '../boot-mode.js';
import { currentContact, type Contact } from '../contact.js';
import { changeInternalInfo } from '../internal-info.js';
import { textOf } from '../json.js';
import { loadNode, type RowAccess } from '../node-context.js';
import { writeLine } from '../timeline.js';
import { presentAgent, type AgentAddress } from './address.js';
import { listCommands, postCommand, type AgentCommand } from './commands.js';
import { requireSuccess, restarted } from './failures.js';
import { followCommand } from './follow.js';

/**
 * See {@link AgentActivities.installBootloader}. A whole disk image brings its boot loader; in UEFI mode the firmware
 * still has to be told (efibootmgr), in BIOS mode nothing is done (Ironic drivers/modules/agent.py configure_local_boot).
 */
export async function installBootloader(access: RowAccess, operationId: string): Promise<void> {
  const context = await loadNode(access, operationId);
  const contact = currentContact();
  const agent = await presentAgent(access, { uuid: context.uuid, operationId });
  const found = await running(agent, contact);
  const rootUuid = found ? null : await findRoot(access, context.node.id, agent, contact);
  if (bootModeOf(context) !== 'uefi') return;

  const work = { nodeUuid: context.uuid, what: 'Deploy step deploy.prepare_instance_boot' };
  const started = found ?? (await start(agent, rootUuid, contact));
  const ended = await followCommand(agent, started.id, contact);
  if (ended === null) throw restarted(work);
  if (ended.status === 'FAILED') {
    throw new AgentCommandFailed(
      `Failed to install a bootloader when deploying node ${context.uuid}: ${ended.error?.text ?? 'Invalid agent response'}`,
      { hint: 'check that the image has an EFI system partition, or set the boot mode of the node to bios' },
    );
  }
  requireSuccess(work, ended);
  await writeLine(access.database, operationId, 'agent', 'boot loader entered in the firmware');
}

/** An agent process installs one boot loader in its life: one that is listed is ours, from an earlier attempt. */
async function running(agent: AgentAddress, { signal }: Contact): Promise<AgentCommand | undefined> {
  const listed = await listCommands(agent, signal);
  return listed.findLast(({ name }) => name === 'install_bootloader');
}

/** What the agent knows of the written disk; for a whole disk its identifier, such as `0x12345678`. */
async function findRoot(
  { database }: RowAccess,
  nodeId: number,
  agent: AgentAddress,
  { signal }: Contact,
): Promise<string | null> {
  const command = await postCommand(agent, 'standby.get_partition_uuids', {}, { wait: true, signal });
  requireSuccess({ nodeUuid: agent.nodeUuid, what: 'standby.get_partition_uuids' }, command);
  const root = textOf(command.result, 'root uuid') ?? null;
  if (root !== null) await changeInternalInfo(database, nodeId, { set: { root_uuid_or_disk_id: root } });
  return root;
}

async function start(agent: AgentAddress, rootUuid: string | null, contact: Contact): Promise<AgentCommand> {
  const params = {
    root_uuid: rootUuid,
    efi_system_part_uuid: null,
    prep_boot_part_uuid: null,
    target_boot_mode: 'uefi',
  };
  try {
    return await postCommand(agent, 'image.install_bootloader', params, { wait: false, signal: contact.signal });
  } catch (error) {
    const ours = error instanceof AgentBusy ? await running(agent, contact) : undefined;
    if (!ours) throw error;
    return ours;
  }
}
