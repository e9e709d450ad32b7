import { onOrReset } from './machine-power.js';
import type { NodeOperation } from './node-operation.js';

/** Lets the machine start its instance again: from its disk, whatever it booted last. */
export async function bootInstance(operation: NodeOperation): Promise<void> {
  await operation.hands.management.setBootDevice(operation.id, 'disk', true);
  await onOrReset(operation);
}
