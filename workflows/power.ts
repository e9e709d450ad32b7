import { ApplicationFailure } from '@temporalio/workflow';
import { powerWording } from './runbook/power-beside.js';
import { changePower } from './runbook/power-change.js';
import { runOperation } from './runbook/run-operation.js';

/** Carries out a power request of a client on a node that no other flow works on. */
export async function power(operationId: string): Promise<string> {
  return runOperation(operationId, {
    wording: powerWording,
    run: async (operation) => {
      const request = operation.begun.power;
      if (!request) throw ApplicationFailure.nonRetryable('The power request names no target.', 'NodeInvalid');
      await changePower(operation, request);
      await operation.finish(null);
    },
    failure: null,
  });
}
