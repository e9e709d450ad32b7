/** IPMI v2.0 (RMCP+) for Node.js: `new IpmiClient().bmc({ host, username, password }).getChassisStatus()`. */
export { IpmiClient, type IpmiClientOptions } from './client.js';
export type { Bmc, BootOptions, CallOptions, RawRequest } from './bmc.js';
export type { BmcTarget } from './client/target.js';
export { BOOT_DEVICES, isBootDevice, type BootDevice } from './commands/boot-device.js';
export type { BootFlags } from './commands/boot-flags.js';
export type { ChassisAction } from './commands/chassis-control.js';
export type { ChassisStatus } from './commands/get-chassis-status.js';
export type { DeviceId } from './commands/get-device-id.js';
export type { Privilege } from './commands/session-commands.js';
export {
  IpmiAddressError,
  IpmiAuthRejectedError,
  IpmiBusyError,
  IpmiCipherSuiteError,
  IpmiClosedError,
  IpmiCompletionCodeError,
  IpmiError,
  IpmiPrivilegeError,
  IpmiProtocolError,
  IpmiSessionsExhaustedError,
  IpmiTargetError,
  IpmiTimeoutError,
  IpmiUnknownOutcomeError,
  IpmiUnknownUserError,
  IpmiUnsupportedError,
  type IpmiErrorCode,
} from './errors.js';
