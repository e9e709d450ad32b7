import { bootsRamdisk } from '#domain/driver-steps.js';
import { cleanNode, cleanWording, undoCleaning } from './runbook/clean-node.js';
import { runOperation } from './runbook/run-operation.js';

/** Cleans a `manageable` node that is to be provided; ends in `available`, or in `clean failed`. */
export async function clean(operationId: string): Promise<string> {
  return runOperation(operationId, {
    wording: cleanWording,
    run: cleanNode,
    failure: 'fail',
    prepareUndo: (operation) => {
      if (bootsRamdisk(operation.begun.interfaces.deploy)) undoCleaning(operation);
    },
  });
}
