/** The simulated BMC, for tests and simulated fleets: `import { SimulatedBmc } from 'ipmi-client/testing'`. */
export { SimulatedBmc } from './simulated-bmc.js';
export type {
  BmcCommandRecord,
  BmcFaults,
  ChassisAction,
  ChassisHardware,
  SimulatedBmcOptions,
  SimulatedUser,
} from './types.js';
export type { BootDevice } from '../commands/boot-device.js';
export type { BootFlags } from '../commands/boot-flags.js';
