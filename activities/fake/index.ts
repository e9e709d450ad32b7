import type { FakeActivities } from '../contract.js';
import { loadNode, type RowAccess } from '../node-context.js';
import { fakeStep } from './steps.js';
import { runOnChildren } from './children.js';

/** Steps of `fake` interfaces: on the rows only (Ironic drivers/modules/fake.py). */
export function createFakeActivities(deps: RowAccess): FakeActivities {
  return {
    async runStep(operationId, index) {
      const { node } = await loadNode(deps, operationId);
      const step = await stepAt(deps, operationId, index);
      await deps.database.$transaction((tx) => fakeStep(step).run(tx, node.id, step.args));
      return fakeStep(step).waits ? 'waits' : 'done';
    },
    async runStepOnChildren(operationId, index) {
      const context = await loadNode(deps, operationId);
      await runOnChildren(deps, context, await stepAt(deps, operationId, index));
    },
  };
}

function stepAt({ database }: RowAccess, operationId: string, index: number) {
  return database.operationStep.findUniqueOrThrow({ where: { operationId_index: { operationId, index } } });
}
