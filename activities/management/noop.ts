import type { ManagementImplementation } from './implementation.js';

/** The `noop` management interface: boot order is set by hand, once and for all (Ironic drivers/modules/noop_mgmt.py). */
export const noopManagement: ManagementImplementation = {
  bootDevices: ['pxe', 'disk'],
  getBootDevice: async () => ({ boot_device: 'pxe', persistent: true }),
  setBootDevice: async () => null,
};
