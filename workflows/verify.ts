import { runOperation } from './runbook/run-operation.js';

/** Proves that the BMC is reached and the credentials are right: `enroll` to `manageable`, or back with the reason. */
export async function verify(operationId: string): Promise<string> {
  return runOperation(operationId, {
    wording: { work: 'verify', historyType: 'verify' },
    run: async (operation) => {
      await operation.hands.power.verify(operation.id);
      await operation.finish('done');
    },
    failure: 'fail',
  });
}
