import type { NodeOperation } from './node-operation.js';

/** Lets the machine start its instance again: from its disk, whatever it booted last. */
export async function bootInstance({ id, begun, hands }: NodeOperation): Promise<void> {
  await hands.management.setBootDevice(id, 'disk', true);
  if (begun.disablePowerOff) await hands.power.reset(id);
  else await hands.power.on(id);
}
