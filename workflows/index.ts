/** Exactly the workflow functions; their names are the workflow types on the wire. */
export { allocate } from './allocate.js';
export { callNode, changeNode } from './call-node.js';
export { clean } from './clean.js';
export { deploy } from './deploy.js';
export { power } from './power.js';
export { reconcile } from './reconcile.js';
export { tearDown } from './tear-down.js';
export { verify } from './verify.js';
