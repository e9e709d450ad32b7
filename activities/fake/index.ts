import type { FakeActivities } from '../contract.js';

/** Steps of `fake` interfaces: they succeed at once and touch nothing (Ironic drivers/modules/fake.py). */
export function createFakeActivities(): FakeActivities {
  return { runStep: async () => {} };
}
