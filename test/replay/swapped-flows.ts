import { runDirectStep, undoDirectDeploy } from '../../workflows/runbook/direct-deploy.js';
import type { NodeOperation } from '../../workflows/runbook/node-operation.js';
import { runOperation } from '../../workflows/runbook/run-operation.js';

/** The deploy flow as a careless change would leave it: like workflows/deploy.ts, but two activities are swapped. */
export async function deploy(operationId: string): Promise<string> {
  return runOperation(operationId, {
    wording: { work: 'deploy', historyType: 'deploying' },
    run: deployNode,
    failure: 'fail',
  });
}

async function deployNode(operation: NodeOperation): Promise<void> {
  const { id, hands } = operation;
  await hands.images.check(id);
  await hands.boot.validate(id);
  undoDirectDeploy(operation);
  await hands.network.addProvisioning(id);
  for (let step = await operation.nextStep(); step; step = await operation.nextStep()) {
    await runDirectStep(operation, step);
  }
  await operation.finish('done');
}
