import { cleanNode, cleanWording, undoCleaning } from './runbook/clean-node.js';
import { runOperation } from './runbook/run-operation.js';

/**
 * Cleans a `manageable` node: automatically, for it to be provided, or with the steps that a client named. Ends in
 * `available` (after named steps in `manageable`), or in `clean failed`.
 */
export async function clean(operationId: string): Promise<string> {
  return runOperation(operationId, {
    wording: cleanWording,
    run: cleanNode,
    failure: 'fail',
    prepareUndo: (operation) => {
      if (operation.inRamdisk) undoCleaning(operation);
    },
  });
}
