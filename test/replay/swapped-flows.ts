import { bootsRamdisk } from '#domain/driver-steps.js';
import { runOperation } from '../../workflows/runbook/run-operation.js';

/** The deploy flow as a careless change would leave it: its first two activities are swapped. */
export async function deploy(operationId: string): Promise<void> {
  await runOperation(operationId, {
    wording: { work: 'deploy', historyType: 'deploying' },
    failure: 'fail',
    run: async ({ id, begun, hands }) => {
      if (!bootsRamdisk(begun.interfaces.deploy)) return;
      await hands.images.check(id);
      await hands.boot.validate(id);
    },
  });
}
