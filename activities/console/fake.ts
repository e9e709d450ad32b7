import type { ConsoleImplementation } from './implementation.js';

/** The `fake` console interface: nothing to start and nothing to see (Ironic drivers/modules/fake.py FakeConsole). */
export const fakeConsole: ConsoleImplementation = {
  start: async () => {},
  stop: async () => {},
  read: async () => ({}),
};
