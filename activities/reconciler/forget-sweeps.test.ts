import { expect, test } from 'vitest';
import { forgetSweeps, type Histories } from './forget-sweeps.js';

/** Temporal with so many ended sweeps, newest first, of which one is being deleted already. */
function temporalWith(
  count: number,
  { failing = '' } = {},
): { readonly client: Histories; readonly deleted: string[] } {
  const deleted: string[] = [];
  const client: Histories = {
    options: { namespace: 'temper' },
    workflow: {
      async *list() {
        for (let i = 1; i <= count; i++) yield { workflowId: `sweep-${i}`, runId: `run-${i}` };
      },
    },
    workflowService: {
      async deleteWorkflowExecution({ workflowExecution: { workflowId } }) {
        if (workflowId === failing) throw new Error('workflow not found');
        deleted.push(workflowId);
      },
    },
  };
  return { client, deleted };
}

test('the newest sweeps stay to be looked at, older ones go', async () => {
  const { client, deleted } = temporalWith(5);
  await forgetSweeps(client);
  expect(deleted).toEqual(['sweep-4', 'sweep-5']);
});

test('a backlog goes in portions', async () => {
  const { client, deleted } = temporalWith(1_000);
  await forgetSweeps(client);
  expect(deleted).toHaveLength(100);
});

test('one that is gone already does not keep the others', async () => {
  const { client, deleted } = temporalWith(6, { failing: 'sweep-5' });
  await forgetSweeps(client);
  expect(deleted).toEqual(['sweep-4', 'sweep-6']);
});
