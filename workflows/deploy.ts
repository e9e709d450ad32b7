import { bootsRamdisk } from '#domain/driver-steps.js';
import { prepareDirectDeploy, undoDirectDeploy } from './runbook/direct-deploy.js';
import type { NodeOperation } from './runbook/node-operation.js';
import { runOperation } from './runbook/run-operation.js';
import { runStep } from './runbook/run-step.js';

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
  if (operation.begun.interfaces.storage === 'fake') await operation.pretend('storage');
  if (direct) await prepareDirectDeploy(operation);
  for (let step = await operation.nextStep(); step; step = await operation.nextStep()) {
    await runStep(operation, step);
  }
  await operation.finish('done');
}
