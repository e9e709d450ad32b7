import type { Json } from '#database/secrets.js';
import type { BootDevice, Indicators } from '#domain/node-calls.js';
import type { NodeView } from '../node-context.js';
import type { CallLimits } from '../power/implementation.js';

/** Boot devices by Ironic's names (common/boot_devices.py) that clients may set, where the implementation can. */
export type BootTarget = 'pxe' | 'disk' | 'cdrom' | 'bios' | 'safe';

/** How to set a boot device, and how long it may take. */
export interface BootDeviceOptions extends CallLimits {
  readonly persistent: boolean;
}

/**
 * One management interface, as plain functions. What is optional not every one has: #domain/management-interfaces.js
 * says which, and the API asks for nothing else.
 */
export interface ManagementImplementation {
  /** What clients may set; flows set `pxe` and `disk` on any. */
  readonly bootDevices: readonly BootTarget[];
  /** As Ironic answers it. */
  getBootDevice(node: NodeView, limits: CallLimits): Promise<BootDevice>;
  /**
   * Sets the boot device; may be repeated. What was done, for the timeline; null when there is nothing to tell.
   * @throws errors of the BMC, see errors.ts
   */
  setBootDevice(node: NodeView, device: BootTarget, options: BootDeviceOptions): Promise<string | null>;
  /** Sets how the firmware starts what it boots, `bios` or `uefi`. */
  readonly setBootMode?: (node: NodeView, mode: string, limits: CallLimits) => Promise<void>;
  readonly setSecureBoot?: (node: NodeView, on: boolean, limits: CallLimits) => Promise<void>;
  /**
   * Injects a non-maskable interrupt; acts each time it arrives.
   * @throws OutcomeUnknown when it may or may not have been injected
   */
  readonly injectNmi?: (node: NodeView, limits: CallLimits) => Promise<void>;
  /** The machine's lamps. */
  readonly indicators?: (node: NodeView, limits: CallLimits) => Promise<Indicators>;
  readonly readIndicator?: (node: NodeView, component: string, name: string, limits: CallLimits) => Promise<string>;
  readonly setIndicator?: (
    node: NodeView,
    component: string,
    name: string,
    state: string,
    limits: CallLimits,
  ) => Promise<void>;
  readonly virtualMedia?: VirtualMedia;
}

/** Media that the BMC connects to the machine. */
export interface VirtualMedia {
  /** What is attached now, as Ironic shows it. */
  read(node: NodeView, limits: CallLimits): Promise<Json>;
  /** @param media `source` says who serves the image to the BMC: `http` its own server, `local` this worker, `swift` */
  attach(
    node: NodeView,
    media: { readonly device: string; readonly url: string; readonly source: string },
    limits: CallLimits,
  ): Promise<void>;
  /** Null: whatever is attached. */
  detach(node: NodeView, devices: readonly string[] | null, limits: CallLimits): Promise<void>;
}
