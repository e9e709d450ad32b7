import type { NodeContext } from '../node-context.js';

/** What a flow boots from: the network once, or the disk from now on. */
export type BootTarget = 'pxe' | 'disk';

/** One management interface, as plain functions. */
export interface ManagementImplementation {
  /**
   * Sets the boot device; may be repeated. What was done, for the timeline; null when there is nothing to tell.
   * @throws errors of the BMC, see errors.ts
   */
  setBootDevice(
    node: NodeContext,
    device: BootTarget,
    options: { readonly persistent: boolean; readonly signal: AbortSignal; readonly deadlineMs: number },
  ): Promise<string | null>;
}
