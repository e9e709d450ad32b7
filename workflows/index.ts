/** Exactly the workflow functions; their names are the workflow types on the wire. */
export { clean } from './clean.js';
export { deploy } from './deploy.js';
export { getBootDevice, setBootDevice } from './boot-device.js';
export { power } from './power.js';
export { reconcile } from './reconcile.js';
export { tearDown } from './tear-down.js';
export { verify } from './verify.js';
