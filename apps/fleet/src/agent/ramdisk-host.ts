import type { Disk } from '../disk.js';
import type { MachineFaults } from '../faults.js';
import type { MachineIdentity } from '../identity.js';
import type { StepTable } from './step-table.js';
import type { Timings } from '../timings.js';

/** The machine as the agent in its ramdisk sees it. */
export interface RamdiskHost {
  readonly identity: MachineIdentity;
  readonly disk: Disk;
  readonly timings: Timings;
  /** In which mode the ramdisk was booted. */
  readonly bootMode: 'bios' | 'uefi';
  /** Address on which the agent serves and is called back. */
  readonly address: string;
  readonly steps: StepTable;
  /** The faults switched on now; counters in it are counted down in place. */
  readonly faults: MachineFaults;
  /** Shuts the machine down, or restarts it, as the init system would after the command. */
  shutDown(how: 'off' | 'reboot', afterwards: Promise<void>): void;
  /** The machine's log of this boot as text. */
  journal(): string;
  /** A line for the machine's log. */
  log(event: string, detail?: string): void;
}
