import type { AgentProcess } from './agent-process.js';
import { agentError } from './rest-error.js';
import { writeImage } from './write-image.js';

/** The flows in which the agent executes steps. */
export type StepKind = 'clean' | 'deploy' | 'service';

/** One execution of a step. */
export interface StepCall {
  readonly process: AgentProcess;
  /** `step.args`, and what else the command carried. */
  readonly args: Readonly<Record<string, unknown>>;
}

/** A step, declared and implemented. */
export interface StepDeclaration {
  readonly step: string;
  readonly interface: string;
  /** Priority for each flow that lists the step; 0 = only on request. */
  readonly priority: Readonly<Partial<Record<StepKind, number>>>;
  readonly abortable?: boolean;
  readonly rebootRequested?: boolean;
  readonly argsinfo?: Readonly<Record<string, unknown>>;
  /** The implementation takes its own time; otherwise a step takes the machine's usual one. */
  readonly ownDuration?: boolean;
  /** @returns what the agent reports as the step's result, or a promise of it */
  readonly run: (call: StepCall) => unknown;
}

const nothing = (): null => null;

/**
 * The generic hardware manager's steps with its priorities (version 1.2). Steps without a counterpart in
 * a simulated machine succeed and change nothing.
 */
export const GENERIC_STEPS: readonly StepDeclaration[] = [
  { step: 'erase_devices', interface: 'deploy', priority: { clean: 10 }, abortable: true, run: eraseDevices },
  {
    step: 'erase_devices_metadata',
    interface: 'deploy',
    priority: { clean: 99, deploy: 0 },
    abortable: true,
    run: eraseMetadata,
  },
  { step: 'erase_devices_express', interface: 'deploy', priority: { clean: 0 }, abortable: true, run: eraseMetadata },
  { step: 'erase_pstore', interface: 'deploy', priority: { clean: 0 }, abortable: true, run: nothing },
  {
    step: 'clean_uefi_nvram',
    interface: 'deploy',
    priority: { clean: 0, deploy: 0 },
    abortable: true,
    argsinfo: {
      match_patterns: {
        description: 'A list of regular expressions; boot entries whose name matches one are removed.',
        required: false,
      },
    },
    run: nothing,
  },
  {
    step: 'delete_configuration',
    interface: 'raid',
    priority: { clean: 0, service: 0 },
    abortable: true,
    run: nothing,
  },
  {
    step: 'create_configuration',
    interface: 'raid',
    priority: { clean: 0, service: 0 },
    abortable: true,
    run: () => ({}),
  },
  {
    step: 'apply_configuration',
    interface: 'raid',
    priority: { deploy: 0, service: 0 },
    argsinfo: {
      raid_config: { description: 'The RAID configuration to apply.', required: true },
      delete_existing: { description: 'Delete the existing configuration first; default true.', required: false },
    },
    run: () => ({}),
  },
  { step: 'burnin_cpu', interface: 'deploy', priority: { clean: 0, service: 0 }, abortable: true, run: nothing },
  { step: 'burnin_gpu', interface: 'deploy', priority: { clean: 0, service: 0 }, abortable: true, run: nothing },
  { step: 'burnin_disk', interface: 'deploy', priority: { clean: 0 }, abortable: true, run: nothing },
  { step: 'burnin_memory', interface: 'deploy', priority: { clean: 0, service: 0 }, abortable: true, run: nothing },
  { step: 'burnin_network', interface: 'deploy', priority: { clean: 0, service: 0 }, abortable: true, run: nothing },
  { step: 'write_image', interface: 'deploy', priority: { deploy: 0, service: 0 }, run: runWriteImage },
  {
    step: 'inject_files',
    interface: 'deploy',
    priority: { deploy: 0, service: 0 },
    argsinfo: {
      files: { description: 'Files to inject: path, partition, content, mode and owner of each.', required: false },
      verify_ca: { description: 'Verify the server from which files are downloaded.', required: false },
    },
    run: nothing,
  },
  { step: 'execute_bootc_install', interface: 'deploy', priority: { deploy: 0, service: 0 }, run: refuseBootc },
];

async function eraseDevices({ process }: StepCall): Promise<unknown> {
  const { disk } = process.host;
  await disk.erase();
  forgetImage(process);
  return { [disk.device]: null };
}

async function eraseMetadata({ process }: StepCall): Promise<null> {
  await process.host.disk.eraseMetadata();
  forgetImage(process);
  return null;
}

function forgetImage({ memory }: AgentProcess): void {
  memory.writtenImageId = undefined;
}

async function runWriteImage({ process, args }: StepCall): Promise<unknown> {
  // The nested command's wrapping of its text is part of the result on the wire.
  return { result: `prepare_image: ${await writeImage(process, args['image_info'], args['configdrive'])}` };
}

function refuseBootc(): never {
  throw agentError('CommandExecutionError', 'podman was not found in this ramdisk.');
}
