import type { NodeOperation } from './node-operation.js';

type Machine = Pick<NodeOperation, 'id' | 'begun' | 'hands'>;

/** Turns the machine off, unless its node says disable_power_off: then it stays on. */
export async function offUnlessKeptOn({ id, begun, hands }: Machine): Promise<void> {
  if (!begun.disablePowerOff) await hands.power.off(id);
}

/** Starts what the machine now boots: on after {@link offUnlessKeptOn}, or one reset where it has stayed on. */
export async function onOrReset({ id, begun, hands }: Machine): Promise<void> {
  if (begun.disablePowerOff) await hands.power.reset(id);
  else await hands.power.on(id);
}

/** Off and on again, or one reset. */
export async function reboot(machine: Machine): Promise<void> {
  await offUnlessKeptOn(machine);
  await onOrReset(machine);
}
