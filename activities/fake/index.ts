import type { FakeActivities } from '../contract.js';
import { loadNode, type RowAccess } from '../node-context.js';
import { loadStep } from '../operation-step.js';
import { fakeStep } from './steps.js';
import { runOnChildren } from './children.js';

/** Steps of `fake` interfaces: on the rows only (Ironic drivers/modules/fake.py). */
export function createFakeActivities(deps: RowAccess): FakeActivities {
  return {
    async runStep(operationId, index) {
      const context = await loadNode(deps, operationId);
      const step = await loadStep(deps, context, index);
      const { run, waits } = fakeStep(step);
      await deps.database.$transaction((tx) => run(tx, context.node.id, step.args));
      return waits ? 'waits' : 'done';
    },
    async runStepOnChildren(operationId, index) {
      const context = await loadNode(deps, operationId);
      await runOnChildren(deps, context, await loadStep(deps, context, index));
    },
  };
}
