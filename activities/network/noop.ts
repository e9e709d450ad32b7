import type { NetworkImplementation } from './implementation.js';

/** The `noop` network interface: the switch ports stay as the operator has set them (Ironic drivers/modules/network/noop.py). */
export const noopNetwork: NetworkImplementation = {
  async addProvisioning() {},
  async removeProvisioning() {},
  async addTenant() {},
  async removeTenant() {},
};
