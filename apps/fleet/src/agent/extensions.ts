import { isObject, type AgentProcess } from './agent-process.js';
import type { CommandSpec, Extensions } from './commands.js';
import { executeStep } from './execute-step.js';
import { readImageInfo } from './image-info.js';
import { inventory } from './inventory.js';
import { agentError } from './rest-error.js';
import type { StepKind } from './steps.js';
import { packLogs } from './system-logs.js';
import { writeImage } from './write-image.js';

/** The agent's commands by extension. */
export function createExtensions(process: AgentProcess): Extensions {
  return {
    clean: stepCommands(process, 'clean'),
    deploy: stepCommands(process, 'deploy'),
    service: stepCommands(process, 'service'),
    standby: standbyCommands(process),
    image: {
      install_bootloader: {
        mode: 'async',
        required: ['root_uuid'],
        optional: ['efi_system_part_uuid', 'prep_boot_part_uuid', 'target_boot_mode', 'ignore_bootloader_failure'],
        run: ({ ignore_bootloader_failure: ignore, efi_system_part_uuid: esp }) => {
          return installBootloader(process, esp, ignore === true);
        },
      },
    },
    rescue: {
      finalize_rescue: { mode: 'sync', optional: ['rescue_password', 'hashed'], run: () => process.stop('rescued') },
    },
    log: {
      collect_system_logs: {
        mode: 'sync',
        run: () => ({
          system_logs: packLogs({ journal: process.host.journal(), cmdline: process.parameters.commandLine }),
        }),
      },
    },
    poll: {
      get_hardware_info: { mode: 'sync', run: () => inventory(process.host, process.parameters) },
      set_node_info: {
        mode: 'sync',
        optional: ['node_info'],
        run: () => {
          const when = 'when the Ironic Python Agent is running in standalone mode.';
          throw agentError('InvalidCommandError', `Node lookup data can only be set ${when}`);
        },
      },
    },
    system: { lockdown: { mode: 'sync', run: () => process.stop('locked down') } },
  };
}

function stepCommands(process: AgentProcess, kind: StepKind): Record<string, CommandSpec> {
  const { steps } = process.host;
  return {
    [`get_${kind}_steps`]: {
      mode: 'sync',
      required: ['node', 'ports'],
      run: ({ node }) => {
        if (isObject(node)) process.memory.node = node;
        return { [`${kind}_steps`]: steps.list(kind), hardware_manager_version: steps.versions() };
      },
    },
    [`execute_${kind}_step`]: {
      mode: 'async',
      required: ['step', 'node', 'ports'],
      optional: [`${kind}_version`],
      open: true,
      run: (params) => executeStep(process, kind, params),
    },
  };
}

function standbyCommands(process: AgentProcess): Record<string, CommandSpec> {
  const { host, memory } = process;
  const shutDown = (how: 'off' | 'reboot'): void => host.shutDown(how, process.answered());
  return {
    prepare_image: {
      mode: 'async',
      required: ['image_info'],
      optional: ['configdrive'],
      validate: ({ image_info: info }) => void readImageInfo(info, memory.md5Enabled),
      run: ({ image_info: info, configdrive }) => writeImage(process, info, configdrive),
    },
    get_partition_uuids: { mode: 'sync', run: () => memory.partitionUuids ?? {} },
    sync: { mode: 'sync', run: () => null },
    power_off: { mode: 'async', run: () => shutDown('off') },
    run_image: { mode: 'async', run: () => shutDown('reboot') },
    execute_bootc_install: {
      mode: 'async',
      required: ['image_source'],
      optional: ['instance_info', 'pull_secret', 'configdrive'],
      run: () => {
        throw agentError('CommandExecutionError', 'podman was not found in this ramdisk.');
      },
    },
  };
}

/** In UEFI mode the disk needs an EFI system partition; in BIOS mode whole-disk images bring their own loader. */
async function installBootloader({ host }: AgentProcess, esp: unknown, ignoreFailure: boolean): Promise<null> {
  if (host.bootMode === 'bios' || ignoreFailure) return null;
  const table = await host.disk.partitions();
  if (table?.hasEsp || typeof esp === 'string') return null;
  throw agentError(
    'DeviceNotFound',
    `No EFI partition could be detected on device ${host.disk.device} and EFI partition UUID has not been recorded ` +
      'during deployment (which is often the case for whole disk images). Are you using a UEFI-compatible image?',
  );
}
