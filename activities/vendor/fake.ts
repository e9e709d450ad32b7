import type { VendorImplementation } from './implementation.js';

/** The `fake` vendor interface: compares a word (Ironic drivers/modules/fake.py FakeVendorB). */
export const fakeVendor: VendorImplementation = {
  second_method: async (_node, { bar }) => bar === 'kazoo',
  third_method_sync: async (_node, { bar }) => bar === 'meow',
  fourth_method_shared_lock: async (_node, { bar }) => bar === 'woof',
  log_passthrough: async () => null,
};
