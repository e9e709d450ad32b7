import type { BootDevice } from '#activities/contract.js';
import type { NodeView } from '../node-context.js';

/** Boot devices by Ironic's names (common/boot_devices.py) that clients may set, where the implementation can. */
export type BootTarget = 'pxe' | 'disk' | 'cdrom' | 'bios' | 'safe';

/** How to set a boot device, and how long it may take. */
export interface BootDeviceOptions {
  readonly persistent: boolean;
  readonly signal: AbortSignal;
  readonly deadlineMs: number;
}

/** One management interface, as plain functions. */
export interface ManagementImplementation {
  /** What clients may set; flows set `pxe` and `disk` on any. */
  readonly bootDevices: readonly BootTarget[];
  /** As Ironic answers it. */
  getBootDevice(node: NodeView, limits: Pick<BootDeviceOptions, 'signal' | 'deadlineMs'>): Promise<BootDevice>;
  /**
   * Sets the boot device; may be repeated. What was done, for the timeline; null when there is nothing to tell.
   * @throws errors of the BMC, see errors.ts
   */
  setBootDevice(node: NodeView, device: BootTarget, options: BootDeviceOptions): Promise<string | null>;
}
