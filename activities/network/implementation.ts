import type { NodeView } from '../node-context.js';

/** One network interface, as plain functions. Each may be called again and is then content with what it finds. */
export interface NetworkImplementation {
  addProvisioning(node: NodeView, signal: AbortSignal): Promise<void>;
  removeProvisioning(node: NodeView, signal: AbortSignal): Promise<void>;
  addTenant(node: NodeView, signal: AbortSignal): Promise<void>;
  removeTenant(node: NodeView, signal: AbortSignal): Promise<void>;
}
