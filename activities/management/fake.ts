import type { ManagementImplementation } from './implementation.js';

/** The `fake` management interface: accepts every boot device and does nothing. */
export const fakeManagement: ManagementImplementation = {
  setBootDevice: async () => null,
};
