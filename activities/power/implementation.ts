import type { SettledPowerState } from '#domain/power.js';
import type { NodeView } from '../node-context.js';

/** What can be asked of a machine's power: hard off, on, an ACPI shutdown, a hard reset. */
export type PowerAction = 'off' | 'on' | 'soft' | 'reset';

/** How long one call may take, and who may end it early. */
export interface CallLimits {
  readonly signal: AbortSignal;
  readonly deadlineMs: number;
}

/**
 * One power interface, as plain functions. It keeps no state and writes no rows: activities/power/index.ts reads
 * before it sets, waits and records.
 */
export interface PowerImplementation {
  /** Who is asked, for people: `BMC 10.0.0.1:623`. @throws NodeInvalid when driver_info does not say */
  place(node: NodeView): string;
  /** What the machine is, null when the interface cannot know. */
  read(node: NodeView, limits: CallLimits): Promise<SettledPowerState | null>;
  /**
   * Asks for a change and returns at once. The state when it is known to be reached already, null when it must be
   * read until it is. A `reset` acts each time it arrives.
   * @throws OutcomeUnknown when a `reset` or `soft` may or may not have been carried out
   */
  set(node: NodeView, action: PowerAction, limits: CallLimits): Promise<SettledPowerState | null>;
}

/** A command that must not be sent twice was sent, and its answer was lost. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
}
