import type { Json } from '#database/secrets.js';
import type { NodeView } from '../node-context.js';

/** One console interface, as plain functions; each may be repeated. */
export interface ConsoleImplementation {
  start(node: NodeView, signal: AbortSignal): Promise<void>;
  stop(node: NodeView, signal: AbortSignal): Promise<void>;
  /** How to reach the console that was started, as Ironic's `console_info`. */
  read(node: NodeView, signal: AbortSignal): Promise<Json>;
}
