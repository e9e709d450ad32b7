import type { NodeOperation } from './runbook/node-operation.js';
import { runOperation } from './runbook/run-operation.js';

/** Takes over an instance that is already on the machine: `manageable` to `active`, or to `adopt failed`. */
export async function adopt(operationId: string): Promise<string> {
  return runOperation(operationId, {
    wording: {
      work: 'adoption',
      historyType: 'adoption',
      prefix: (nodeUuid) => `Error while attempting to adopt node ${nodeUuid}: `,
    },
    run: adoptNode,
    failure: 'fail',
  });
}

/** The machine itself is left alone: it runs. Only what Temper would serve to boot it is checked. */
async function adoptNode(operation: NodeOperation): Promise<void> {
  const { id, begun, hands } = operation;
  // An instance that boots from the network needs its boot files at its next start.
  if (begun.interfaces.deploy === 'ramdisk') await hands.boot.validate(id);
  if (begun.interfaces.deploy === 'fake') await operation.pretend('deploy');
  await operation.finish('done');
}
