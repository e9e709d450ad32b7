import type { NodeContext, NodeWithPorts } from '../node-context.js';

/** What a boot of the ramdisk is served; nulls where nothing is booted. */
export interface RamdiskFiles {
  readonly kernel: string | null;
  readonly ramdisk: string | null;
  readonly kernelArguments: string | null;
}

/** One boot interface, as plain functions. */
export interface BootImplementation {
  /** Checks everything that can be checked before the machine is touched. @throws NodeInvalid, ImageUnreachable */
  validate(node: NodeWithPorts, signal: AbortSignal): Promise<void>;
  /** What the boot listener is to serve. @throws NodeInvalid */
  ramdisk(node: NodeContext): RamdiskFiles;
}
