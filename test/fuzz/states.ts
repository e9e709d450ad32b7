import type { Api } from '../e2e/support/api.js';

/** Verbs that lead a node of fake-hardware somewhere, one after the other, with the state each ends in. */
const journeys: readonly (readonly (readonly [target: string, state: string])[])[] = [
  [],
  [['manage', 'manageable']],
  [
    ['manage', 'manageable'],
    ['provide', 'available'],
  ],
  [
    ['manage', 'manageable'],
    ['provide', 'available'],
    ['active', 'active'],
  ],
];

/** Spreads the nodes over states of their lives, in and out of maintenance, protected and retired. */
export async function bringIntoStates(api: Api, nodes: readonly string[]): Promise<void> {
  await Promise.all(
    nodes.map(async (node, index) => {
      for (const [target, state] of journeys[index % journeys.length] ?? []) {
        await api.provision(node, target);
        await api.waitForState(node, state, 60);
      }
      if (index % 5 === 4) await api.call('PUT', `/v1/nodes/${node}/maintenance`, { reason: 'fuzzed' });
      if (index % 8 === 1) await api.patch(node, { '/retired': true });
      if (index % 8 === 3) await api.patch(node, { '/protected': true });
    }),
  );
}
