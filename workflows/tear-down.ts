import { bootsRamdisk } from '#domain/driver-steps.js';
import { cleanNode, cleanWording } from './runbook/clean-node.js';
import { offUnlessKeptOn } from './runbook/machine-power.js';
import type { NodeOperation } from './runbook/node-operation.js';
import { nodes } from './runbook/proxies.js';
import { runOperation } from './runbook/run-operation.js';

/** Takes the instance off a node and goes on into cleaning under the same operation; ends in `available`, or in `error`. */
export async function tearDown(operationId: string): Promise<string> {
  return runOperation(operationId, {
    wording: { work: 'tear-down', historyType: 'unprovision', prefix: 'Failed to tear down: ' },
    run: tearDownNode,
    failure: 'fail',
    prepareUndo: forgetInstance,
  });
}

async function tearDownNode(operation: NodeOperation): Promise<void> {
  const { id, begun, hands } = operation;
  forgetInstance(operation);
  if (bootsRamdisk(begun.interfaces.deploy)) {
    await offUnlessKeptOn(operation);
    await hands.boot.cleanUpRamdisk(id);
    await hands.network.removeProvisioning(id);
    await hands.network.removeTenant(id);
  } else {
    await operation.pretend('deploy');
    if (begun.interfaces.rescue === 'agent') await leaveRescue(operation);
  }
  if (begun.interfaces.storage === 'fake') await operation.pretend('storage');
  await nodes.clearInstance(operation.nextWrite());
  operation.continueAs(cleanWording);
  await operation.enter('clean', 'torn down, going on to cleaning');
  await cleanNode(operation);
}

/** A rescue ramdisk may be what runs on the machine. */
async function leaveRescue({ id, hands }: NodeOperation): Promise<void> {
  await hands.boot.cleanUpRamdisk(id);
  await hands.network.removeProvisioning(id);
}

/** Whatever goes wrong, the instance's fields are cleared all the same, as in Ironic. */
function forgetInstance(operation: NodeOperation): void {
  operation.undo.push('clear the instance', () => nodes.clearInstance(operation.nextWrite()));
}
