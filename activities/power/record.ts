import type { Database } from '#database/client.js';
import { internalTime } from '#domain/internal-time.js';
import type { SettledPowerState } from '#domain/power.js';
import { factsOf, isProvisionState } from '#domain/states.js';
import { endSeenBoots } from '../boots.js';
import { changeInternalInfo, wipedOnPowerOff } from '../internal-info.js';
import type { NodeContext } from '../node-context.js';

/** Writes what was read from the machine, where the row says something else. */
export async function recordRead(database: Database, { node }: NodeContext, state: SettledPowerState): Promise<void> {
  if (node.powerState === state) return;
  await database.node.update({ where: { id: node.id }, data: { powerState: state, updatedAt: new Date() } });
}

/**
 * A change begins (Ironic conductor/utils.py node_power_action): target_power_state and the time are set, and an old
 * last_error goes, unless the node failed: then it is the diagnosis.
 */
export async function recordChangeBegun(
  database: Database,
  { node }: NodeContext,
  target: SettledPowerState,
): Promise<void> {
  const failed = isProvisionState(node.provisionState) && factsOf(node.provisionState).kind === 'failed';
  await database.node.update({
    where: { id: node.id },
    data: { targetPowerState: target, ...(failed ? {} : { lastError: null }) },
  });
  await changeInternalInfo(database, node.id, { set: { last_power_state_change: internalTime() } });
}

/** The change is over and the machine is in `state`. With `wentDown` the ramdisk that ran until now is gone. */
export async function recordReached(
  database: Database,
  { node }: NodeContext,
  state: SettledPowerState,
  { wentDown }: { readonly wentDown: boolean },
): Promise<void> {
  await database.node.update({ where: { id: node.id }, data: { powerState: state, targetPowerState: null } });
  if (!wentDown) return;
  await changeInternalInfo(database, node.id, { remove: wipedOnPowerOff });
  await endSeenBoots(database, node.id);
}

/** The change is over without having been reached. */
export async function recordGivenUp(database: Database, { node }: NodeContext): Promise<void> {
  await database.node.update({ where: { id: node.id }, data: { targetPowerState: null } });
}
