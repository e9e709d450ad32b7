import { bootInstance } from './runbook/instance.js';
import { offUnlessKeptOn } from './runbook/machine-power.js';
import type { NodeOperation } from './runbook/node-operation.js';
import { nodes } from './runbook/proxies.js';
import { runOperation } from './runbook/run-operation.js';

/** Boots the instance again after a rescue: `rescue` to `active`, or to `unrescue failed`. */
export async function unrescue(operationId: string): Promise<string> {
  return runOperation(operationId, {
    wording: { work: 'unrescue', historyType: 'rescue', prefix: 'Failed to unrescue: ' },
    run: unrescueNode,
    failure: 'fail',
  });
}

async function unrescueNode(operation: NodeOperation): Promise<void> {
  if (operation.begun.interfaces.rescue === 'agent') await outOfRescue(operation);
  else await operation.pretend('rescue');
  await operation.finish('done');
}

async function outOfRescue(operation: NodeOperation): Promise<void> {
  const { id, hands } = operation;
  await offUnlessKeptOn(operation);
  await hands.boot.cleanUpRamdisk(id);
  await hands.network.removeProvisioning(id);
  await nodes.forgetRescuePassword(operation.nextWrite());
  await hands.network.addTenant(id);
  await bootInstance(operation);
}
