/** Exactly the workflow functions; their names are the workflow types on the wire. */
export { allocate } from './allocate.js';
export { callNode, changeNode } from './call-node.js';
export { adopt } from './adopt.js';
export { clean } from './clean.js';
export { deploy } from './deploy.js';
export { inspect } from './inspect.js';
export { power } from './power.js';
export { reconcile } from './reconcile.js';
export { rescue } from './rescue.js';
export { service } from './service.js';
export { tearDown } from './tear-down.js';
export { unrescue } from './unrescue.js';
export { verify } from './verify.js';
