import { ApplicationFailure } from '@temporalio/workflow';
import { offUnlessKeptOn } from './runbook/machine-power.js';
import type { NodeOperation } from './runbook/node-operation.js';
import { powerIntoRamdisk } from './runbook/ramdisk.js';
import { runOperation } from './runbook/run-operation.js';

/** Collects facts about a node's hardware: `manageable` to `manageable`, or to `inspect failed`. */
export async function inspect(operationId: string): Promise<string> {
  return runOperation(operationId, {
    wording: { work: 'inspection', historyType: 'introspection' },
    run: inspectNode,
    failure: 'fail',
    prepareUndo: (operation) => {
      if (operation.begun.interfaces.inspect === 'agent') undoInspection(operation);
    },
  });
}

async function inspectNode(operation: NodeOperation): Promise<void> {
  const name = operation.begun.interfaces.inspect;
  if (name === 'agent') await inspectByAgent(operation);
  else if (name === 'fake') await operation.pretend('inspect');
  else throw notCarriedOut(operation, name);
  await operation.finish('done');
}

/** The ramdisk looks at the machine it runs on and sends what it found. */
async function inspectByAgent(operation: NodeOperation): Promise<void> {
  const { id, hands } = operation;
  await hands.boot.validate(id);
  undoInspection(operation);
  await hands.network.addProvisioning(id);
  await powerIntoRamdisk(operation);
  const entered = await operation.enter('wait', 'waiting for what the ramdisk finds', { awaitBeat: true });
  await operation.inspectionPost(entered);
  await operation.enter('resume', 'taking in what the ramdisk found');
  await operation.storeInspection();
  await offUnlessKeptOn(operation);
  await hands.boot.cleanUpRamdisk(id);
  await hands.network.removeProvisioning(id);
}

/** An inspection that fails or is aborted leaves the machine off and without boot configuration. */
function undoInspection(operation: NodeOperation): void {
  const { id, hands, undo } = operation;
  undo.push('remove the inspection network', () => hands.network.removeProvisioning(id));
  undo.push('remove the boot configuration', () => hands.boot.cleanUpRamdisk(id));
  undo.push('power the machine off', () => offUnlessKeptOn(operation));
}

function notCarriedOut({ nodeName }: NodeOperation, name: string): Error {
  return ApplicationFailure.nonRetryable(
    `Node ${nodeName} has inspect_interface "${name}", which this release cannot carry out; ` +
      'set inspect_interface to agent.',
    'NodeInvalid',
  );
}
