import type { ProvisionState } from './states.js';

/** Events that move a node: the verbs of the API and what a flow reports (Ironic states.py). */
export type TransitionEvent =
  | 'manage'
  | 'provide'
  | 'inspect'
  | 'clean'
  | 'adopt'
  | 'deploy'
  | 'rebuild'
  | 'delete'
  | 'rescue'
  | 'unrescue'
  | 'service'
  | 'abort'
  | 'unhold'
  | 'done'
  | 'fail'
  | 'wait'
  | 'hold'
  | 'resume';

/** Who may raise the event on this row: a client through the API, or the flow that works on the node. */
export type TransitionBy = 'api' | 'flow';

/** One move. `target` is target_provision_state after it; `kept` leaves it as it was. */
export interface Transition {
  readonly from: ProvisionState;
  readonly event: TransitionEvent;
  readonly to: ProvisionState;
  readonly target: ProvisionState | null | 'kept';
  readonly by: TransitionBy;
}

function row(
  from: ProvisionState,
  event: TransitionEvent,
  to: ProvisionState,
  target: Transition['target'],
  by: TransitionBy,
): Transition {
  return { from, event, to, target, by };
}

/**
 * All moves of Ironic's state machine (states.py, Ironic 39.0.0): state, event, new state, target then, asked by.
 * Cleaning keeps its target: `available` when automated, `manageable` when manual.
 */
export const transitions: readonly Transition[] = [
  row('enroll', 'manage', 'verifying', 'manageable', 'api'),
  row('verifying', 'done', 'manageable', null, 'flow'),
  row('verifying', 'fail', 'enroll', null, 'flow'),
  row('manageable', 'provide', 'cleaning', 'available', 'api'),
  row('manageable', 'clean', 'cleaning', 'manageable', 'api'),
  row('manageable', 'inspect', 'inspecting', 'manageable', 'api'),
  row('manageable', 'adopt', 'adopting', 'active', 'api'),
  row('inspecting', 'done', 'manageable', null, 'flow'),
  row('inspecting', 'fail', 'inspect failed', 'manageable', 'flow'),
  row('inspecting', 'wait', 'inspect wait', 'manageable', 'flow'),
  row('inspect wait', 'done', 'manageable', null, 'flow'),
  row('inspect wait', 'fail', 'inspect failed', 'manageable', 'flow'),
  row('inspect wait', 'abort', 'inspect failed', 'manageable', 'api'),
  row('inspect wait', 'resume', 'inspecting', 'manageable', 'flow'),
  row('inspect failed', 'manage', 'manageable', null, 'api'),
  row('inspect failed', 'inspect', 'inspecting', 'manageable', 'api'),
  row('adopting', 'done', 'active', null, 'flow'),
  row('adopting', 'fail', 'adopt failed', 'active', 'flow'),
  row('adopt failed', 'adopt', 'adopting', 'active', 'api'),
  row('adopt failed', 'manage', 'manageable', null, 'api'),
  row('cleaning', 'done', 'available', null, 'flow'),
  row('cleaning', 'fail', 'clean failed', 'kept', 'flow'),
  row('cleaning', 'wait', 'clean wait', 'kept', 'flow'),
  row('cleaning', 'hold', 'clean hold', 'kept', 'flow'),
  row('cleaning', 'manage', 'manageable', null, 'flow'),
  row('clean wait', 'fail', 'clean failed', 'kept', 'flow'),
  row('clean wait', 'abort', 'clean failed', 'kept', 'api'),
  row('clean wait', 'hold', 'clean hold', 'kept', 'flow'),
  row('clean wait', 'resume', 'cleaning', 'kept', 'flow'),
  row('clean hold', 'abort', 'clean failed', 'kept', 'api'),
  row('clean hold', 'unhold', 'clean wait', 'kept', 'api'),
  row('clean failed', 'manage', 'manageable', null, 'api'),
  row('available', 'deploy', 'deploying', 'active', 'api'),
  row('available', 'manage', 'manageable', null, 'api'),
  row('deploying', 'fail', 'deploy failed', 'active', 'flow'),
  row('deploying', 'wait', 'wait call-back', 'active', 'flow'),
  row('deploying', 'hold', 'deploy hold', 'active', 'flow'),
  row('deploying', 'done', 'active', null, 'flow'),
  row('wait call-back', 'hold', 'deploy hold', 'active', 'flow'),
  row('wait call-back', 'resume', 'deploying', 'active', 'flow'),
  row('wait call-back', 'fail', 'deploy failed', 'active', 'flow'),
  row('wait call-back', 'abort', 'deploy failed', 'active', 'api'),
  row('wait call-back', 'delete', 'deleting', 'available', 'api'),
  row('deploy hold', 'unhold', 'wait call-back', 'active', 'api'),
  row('deploy hold', 'abort', 'deploy failed', 'active', 'api'),
  row('deploy failed', 'rebuild', 'deploying', 'active', 'api'),
  row('deploy failed', 'deploy', 'deploying', 'active', 'api'),
  row('deploy failed', 'delete', 'deleting', 'available', 'api'),
  row('active', 'rebuild', 'deploying', 'active', 'api'),
  row('active', 'delete', 'deleting', 'available', 'api'),
  row('active', 'rescue', 'rescuing', 'rescue', 'api'),
  row('active', 'service', 'servicing', 'active', 'api'),
  row('rescuing', 'done', 'rescue', null, 'flow'),
  row('rescuing', 'wait', 'rescue wait', 'rescue', 'flow'),
  row('rescuing', 'fail', 'rescue failed', 'rescue', 'flow'),
  row('rescue wait', 'resume', 'rescuing', 'rescue', 'flow'),
  row('rescue wait', 'fail', 'rescue failed', 'rescue', 'flow'),
  row('rescue wait', 'abort', 'rescue failed', 'rescue', 'api'),
  row('rescue wait', 'delete', 'deleting', 'available', 'api'),
  row('rescue', 'rescue', 'rescuing', 'rescue', 'api'),
  row('rescue', 'delete', 'deleting', 'available', 'api'),
  row('rescue', 'unrescue', 'unrescuing', 'active', 'api'),
  row('rescue failed', 'rescue', 'rescuing', 'rescue', 'api'),
  row('rescue failed', 'unrescue', 'unrescuing', 'active', 'api'),
  row('rescue failed', 'delete', 'deleting', 'available', 'api'),
  row('unrescuing', 'done', 'active', null, 'flow'),
  row('unrescuing', 'fail', 'unrescue failed', 'active', 'flow'),
  row('unrescue failed', 'rescue', 'rescuing', 'rescue', 'api'),
  row('unrescue failed', 'unrescue', 'unrescuing', 'active', 'api'),
  row('unrescue failed', 'delete', 'deleting', 'available', 'api'),
  row('servicing', 'done', 'active', null, 'flow'),
  row('servicing', 'fail', 'service failed', 'active', 'flow'),
  row('servicing', 'wait', 'service wait', 'active', 'flow'),
  row('servicing', 'hold', 'service hold', 'active', 'flow'),
  row('service wait', 'hold', 'service hold', 'active', 'flow'),
  row('service wait', 'resume', 'servicing', 'active', 'flow'),
  row('service wait', 'fail', 'service failed', 'active', 'flow'),
  row('service wait', 'abort', 'service failed', 'active', 'api'),
  row('service wait', 'delete', 'deleting', 'available', 'api'),
  row('service hold', 'service', 'servicing', 'active', 'api'),
  row('service hold', 'unhold', 'service wait', 'active', 'api'),
  row('service hold', 'fail', 'service failed', 'active', 'flow'),
  row('service hold', 'abort', 'service failed', 'active', 'api'),
  row('service failed', 'service', 'servicing', 'active', 'api'),
  row('service failed', 'rescue', 'rescuing', 'rescue', 'api'),
  row('service failed', 'wait', 'service wait', 'active', 'flow'),
  row('service failed', 'hold', 'service hold', 'active', 'flow'),
  row('service failed', 'delete', 'deleting', 'available', 'api'),
  row('service failed', 'abort', 'active', null, 'api'),
  row('deleting', 'fail', 'error', null, 'flow'),
  row('deleting', 'clean', 'cleaning', 'available', 'flow'),
  row('error', 'rebuild', 'deploying', 'active', 'api'),
  row('error', 'delete', 'deleting', 'available', 'api'),
];

/** Where a move leads. */
export interface NextState {
  readonly state: ProvisionState;
  readonly targetState: ProvisionState | null;
}

const byFromAndEvent = new Map(transitions.map((t) => [`${t.from}/${t.event}`, t]));

/** The row for `event` in `from`, or undefined when the event is not possible there. */
export function transitionFor(from: ProvisionState, event: TransitionEvent): Transition | undefined {
  return byFromAndEvent.get(`${from}/${event}`);
}

/**
 * The state and target that `event` leads to, or undefined when it is not possible in `from`.
 * `target` is the node's present target_provision_state; it matters only where the row keeps it (cleaning).
 */
export function next(
  from: ProvisionState,
  event: TransitionEvent,
  { target }: { target: ProvisionState | null },
): NextState | undefined {
  const found = transitionFor(from, event);
  if (!found) return undefined;
  return { state: found.to, targetState: found.target === 'kept' ? target : found.target };
}

/**
 * The event that ends cleaning well. Manual cleaning, and the cleaning of a retired node, end in `manageable`;
 * everything else in `available` (Ironic conductor/cleaning.py). Skipped automated cleaning ends with it at once.
 */
export function cleaningDoneEvent({ manual, retired }: { manual: boolean; retired: boolean }): 'done' | 'manage' {
  return manual || retired ? 'manage' : 'done';
}
