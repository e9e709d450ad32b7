import { bootRamdisk } from './runbook/ramdisk.js';
import { offUnlessKeptOn } from './runbook/machine-power.js';
import type { NodeOperation } from './runbook/node-operation.js';
import { runOperation } from './runbook/run-operation.js';

/** Boots the rescue ramdisk in place of the instance: `active` to `rescue`, or to `rescue failed`. */
export async function rescue(operationId: string): Promise<string> {
  return runOperation(operationId, {
    wording: { work: 'rescue', historyType: 'rescue', prefix: 'Failed to rescue: ' },
    run: rescueNode,
    failure: 'fail',
    prepareUndo: (operation) => {
      if (operation.begun.interfaces.rescue === 'agent') undoRescue(operation);
    },
  });
}

async function rescueNode(operation: NodeOperation): Promise<void> {
  if (operation.begun.interfaces.rescue === 'agent') await rescueByAgent(operation);
  else await operation.pretend('rescue');
  await operation.finish('done');
}

/** The ramdisk takes the password from us at its first heartbeat and is then on its own. */
async function rescueByAgent(operation: NodeOperation): Promise<void> {
  const { id, hands, undo } = operation;
  await hands.boot.validate(id);
  undoRescue(operation);
  await offUnlessKeptOn(operation);
  await hands.network.removeTenant(id);
  await hands.network.addProvisioning(id);
  await bootRamdisk(operation);
  await operation.enter('resume', 'giving the ramdisk its password');
  await hands.agent.finalizeRescue(id);
  await hands.boot.cleanUpRamdisk(id);
  await hands.network.removeProvisioning(id);
  await hands.network.addTenant(id);
  // The rescue ramdisk runs: a newer operation that comes from here on decides what becomes of it.
  undo.clear();
}

/** A rescue that fails leaves the machine off; an abort leaves it as it is (Ironic agent.py AgentRescue.clean_up). */
function undoRescue(operation: NodeOperation): void {
  const { id, hands, undo } = operation;
  undo.push('remove the rescuing network', () => hands.network.removeProvisioning(id));
  undo.push('remove the boot configuration', () => hands.boot.cleanUpRamdisk(id));
  undo.push('power the machine off', async () => {
    if (operation.ending !== 'aborted') await offUnlessKeptOn(operation);
  });
}
