import type { BootImplementation } from './implementation.js';

/** The `fake` boot interface: a boot is opened, so that an agent may call, but nothing is served. */
export const fakeBoot: BootImplementation = {
  async validate() {},
  ramdisk: () => ({ kernel: null, ramdisk: null, kernelArguments: null }),
};
