import type { NodeContext } from '../node-context.js';

/** One network interface, as plain functions. Each may be called again and is then content with what it finds. */
export interface NetworkImplementation {
  addProvisioning(node: NodeContext, signal: AbortSignal): Promise<void>;
  removeProvisioning(node: NodeContext, signal: AbortSignal): Promise<void>;
  addTenant(node: NodeContext, signal: AbortSignal): Promise<void>;
  removeTenant(node: NodeContext, signal: AbortSignal): Promise<void>;
}
