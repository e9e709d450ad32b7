import type { ManagementImplementation } from './implementation.js';

/** The `fake` management interface: does nothing (Ironic drivers/modules/fake.py FakeManagement). */
export const fakeManagement: ManagementImplementation = {
  bootDevices: ['pxe'],
  getBootDevice: async () => ({ boot_device: 'pxe', persistent: false }),
  setBootDevice: async () => null,
};
