import type { PowerImplementation } from './implementation.js';

/** The `fake` power interface: power is what the row says (Ironic drivers/modules/fake.py FakePower). */
export const fakePower: PowerImplementation = {
  place: () => 'the fake power interface',
  async read({ node }) {
    const state = node.powerState;
    return state === 'power on' || state === 'power off' ? state : null;
  },
  async set(_node, action) {
    return action === 'off' || action === 'soft' ? 'power off' : 'power on';
  },
};
