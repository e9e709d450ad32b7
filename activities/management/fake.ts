import type { ManagementImplementation } from './implementation.js';

const indicators = {
  chassis: { 'led-0': { readonly: true, states: ['off', 'on'] } },
  system: { led: { readonly: false, states: ['blinking', 'off', 'on'] } },
};

/** The `fake` management interface: does nothing, and has two lamps that are on (Ironic drivers/modules/fake.py FakeManagement). */
export const fakeManagement: ManagementImplementation = {
  bootDevices: ['pxe'],
  getBootDevice: async () => ({ boot_device: 'pxe', persistent: false }),
  setBootDevice: async () => null,
  indicators: async () => indicators,
  readIndicator: async () => 'on',
};
