/** IPMI v2.0 (RMCP+) client. */
export { type BootDevice } from './commands/boot-device.js';
