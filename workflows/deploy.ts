import { bootsRamdisk } from '#domain/driver-steps.js';
import { prepareDirectDeploy, runDirectStep, undoDirectDeploy } from './runbook/direct-deploy.js';
import type { NodeOperation } from './runbook/node-operation.js';
import { runOperation } from './runbook/run-operation.js';

/** Takes a node from `available` (or, as a rebuild, from `active`) to `active`, or leaves it in `deploy failed`. */
export async function deploy(operationId: string): Promise<string> {
  return runOperation(operationId, {
    wording: { work: 'deploy', historyType: 'deploying' },
    run: deployNode,
    failure: 'fail',
    prepareUndo: (operation) => {
      if (bootsRamdisk(operation.begun.interfaces.deploy)) undoDirectDeploy(operation);
    },
  });
}

async function deployNode(operation: NodeOperation): Promise<void> {
  const direct = bootsRamdisk(operation.begun.interfaces.deploy);
  if (direct) await prepareDirectDeploy(operation);
  for (let step = await operation.nextStep(); step; step = await operation.nextStep()) {
    if (direct) await runDirectStep(operation, step);
    else await operation.hands.fake.runStep(operation.id, step.index);
  }
  await operation.finish('done');
}
