/** How a provision state behaves: who moves the node out of it. */
export type StateKind = 'stable' | 'active' | 'wait' | 'hold' | 'failed';

/** When a ramdisk may look the node up: always, only with fast track configured, or never. */
export type LookupRule = 'always' | 'fastTrack' | 'never';

/** What a heartbeat does: resume the waiting flow, be written down (always or with fast track), or be ignored. */
export type HeartbeatRule = 'drives' | 'recorded' | 'recordedFastTrack' | 'ignored';

/** When a node may be patched while it has a target: always, never, or only below API 1.39. */
export type PatchRule = 'yes' | 'no' | 'below1.39';

/** Everything that differs between provision states, as data. */
export interface StateFacts {
  readonly kind: StateKind;
  /** What the state means to an operator. */
  readonly meaning: string;
  /** Where the node is going, null in stable states. Manual cleaning goes to `manageable` instead. */
  readonly finalTarget: string | null;
  readonly patch: PatchRule;
  /** May be deleted outside maintenance. */
  readonly delete: boolean;
  readonly lookup: LookupRule;
  readonly heartbeat: HeartbeatRule;
  /** Read by the periodic power synchronisation. */
  readonly powerSync: boolean;
}

function facts(
  kind: StateKind,
  finalTarget: string | null,
  patch: PatchRule,
  mayDelete: boolean,
  lookup: LookupRule,
  heartbeat: HeartbeatRule,
  powerSync: boolean,
  meaning: string,
): StateFacts {
  return { kind, meaning, finalTarget, patch, delete: mayDelete, lookup, heartbeat, powerSync };
}

/**
 * The 30 values of provision_state and what each permits (Ironic states.py; observed on Ironic 39.0.0).
 * Columns: kind, final target, patch, delete, lookup, heartbeat, power sync.
 */
// prettier-ignore
export const provisionStates = {
  'enroll': facts('stable', null, 'yes', true, 'fastTrack', 'recordedFastTrack', false, 'Known by name only; nothing about its BMC has been proven yet.'),
  'verifying': facts('active', 'manageable', 'yes', false, 'never', 'ignored', true, 'The BMC is being reached and its credentials proven.'),
  'manageable': facts('stable', null, 'yes', true, 'fastTrack', 'recordedFastTrack', true, 'Under control of its BMC; may be inspected, cleaned, adopted or provided.'),
  'inspecting': facts('active', 'manageable', 'below1.39', false, 'always', 'ignored', true, 'Hardware facts are being collected.'),
  'inspect wait': facts('wait', 'manageable', 'yes', false, 'always', 'ignored', true, 'Waiting for the ramdisk to send what it found.'),
  'inspect failed': facts('failed', 'manageable', 'yes', false, 'never', 'ignored', true, 'Inspection ended badly or was aborted.'),
  'adopting': facts('active', 'active', 'no', false, 'never', 'ignored', true, 'An instance that is already on the machine is being taken over.'),
  'adopt failed': facts('failed', 'active', 'yes', true, 'never', 'ignored', false, 'The instance could not be taken over.'),
  'cleaning': facts('active', 'available', 'no', false, 'always', 'recorded', true, 'Clean steps are being prepared or run.'),
  'clean wait': facts('wait', 'available', 'no', false, 'always', 'drives', false, 'Waiting for the ramdisk to boot or to finish a clean step.'),
  'clean hold': facts('hold', 'available', 'no', false, 'never', 'recorded', true, 'Cleaning stopped at a hold step until an operator lets it go on.'),
  'clean failed': facts('failed', 'available', 'yes', false, 'never', 'ignored', true, 'Cleaning ended badly or was aborted.'),
  'available': facts('stable', null, 'yes', true, 'fastTrack', 'recordedFastTrack', true, 'Clean and ready to be deployed.'),
  'deploying': facts('active', 'active', 'no', false, 'always', 'recorded', true, 'Deploy steps are being prepared or run.'),
  'wait call-back': facts('wait', 'active', 'no', false, 'always', 'drives', false, 'Waiting for the ramdisk to boot or to finish a deploy step.'),
  'deploy hold': facts('hold', 'active', 'no', false, 'never', 'recorded', true, 'Deployment stopped at a hold step until an operator lets it go on.'),
  'deploy failed': facts('failed', 'active', 'yes', false, 'never', 'ignored', true, 'Deployment ended badly or was aborted.'),
  'active': facts('stable', null, 'yes', false, 'never', 'ignored', true, 'An instance is on the machine.'),
  'rescuing': facts('active', 'rescue', 'no', false, 'always', 'recorded', true, 'The rescue ramdisk is being prepared or finished.'),
  'rescue wait': facts('wait', 'rescue', 'no', false, 'always', 'drives', true, 'Waiting for the rescue ramdisk to boot.'),
  'rescue': facts('stable', null, 'yes', false, 'never', 'ignored', true, 'The rescue ramdisk runs in place of the instance.'),
  'rescue failed': facts('failed', 'rescue', 'yes', false, 'never', 'ignored', true, 'The rescue ramdisk did not come up or was aborted.'),
  'unrescuing': facts('active', 'active', 'no', false, 'never', 'ignored', true, 'The instance is being booted again after a rescue.'),
  'unrescue failed': facts('failed', 'active', 'yes', false, 'never', 'ignored', true, 'The instance could not be booted again after a rescue.'),
  'servicing': facts('active', 'active', 'no', false, 'fastTrack', 'recorded', true, 'Service steps are being prepared or run on a deployed node.'),
  'service wait': facts('wait', 'active', 'no', false, 'always', 'drives', true, 'Waiting for the ramdisk to boot or to finish a service step.'),
  'service hold': facts('hold', 'active', 'yes', false, 'fastTrack', 'recorded', true, 'Servicing stopped at a hold step until an operator lets it go on.'),
  'service failed': facts('failed', 'active', 'yes', false, 'never', 'ignored', true, 'Servicing ended badly or was aborted.'),
  'deleting': facts('active', 'available', 'no', false, 'never', 'ignored', true, 'The instance is being torn down.'),
  'error': facts('stable', null, 'yes', false, 'never', 'ignored', true, 'Tear-down failed; an operator may delete again or rebuild.'),
} as const satisfies Record<string, StateFacts>;

/** A value of provision_state, exactly as in Ironic's API. */
export type ProvisionState = keyof typeof provisionStates;

/** All provision states, in the order of a node's life. */
export const allProvisionStates: readonly ProvisionState[] = Object.keys(provisionStates).filter(isProvisionState);

/** Is `value` one of the 30 provision states? `?provision_state=` accepts exactly these. */
export function isProvisionState(value: string): value is ProvisionState {
  return Object.hasOwn(provisionStates, value);
}

/** The facts of one state. */
export function factsOf(state: ProvisionState): StateFacts {
  return provisionStates[state];
}

/** Does the node move only when asked? */
export function isStable(state: ProvisionState): boolean {
  return provisionStates[state].kind === 'stable';
}

/** Is a flow working on the node right now, rather than waiting? */
export function isActiveWork(state: ProvisionState): boolean {
  return provisionStates[state].kind === 'active';
}

/** Is a flow waiting for a call-back of the ramdisk or for its time-out? */
export function isWaiting(state: ProvisionState): boolean {
  return provisionStates[state].kind === 'wait';
}

/** Is a flow waiting for an operator's `unhold` or `abort`? */
export function isOnHold(state: ProvisionState): boolean {
  return provisionStates[state].kind === 'hold';
}

/** Did the last work end badly, so that an operator has to decide? */
export function isFailed(state: ProvisionState): boolean {
  return provisionStates[state].kind === 'failed';
}

/** Does unfinished work in this state hold Ironic's node lock (reservation, 409 NodeLocked)? Wait and hold states release it. */
export function holdsLock(state: ProvisionState): boolean {
  return isActiveWork(state);
}

/** May a ramdisk look the node up now? `fastTrack` is `[deploy]fast_track` (Ironic api/ramdisk.py). */
export function acceptsLookup(state: ProvisionState, { fastTrack = false }: { fastTrack?: boolean } = {}): boolean {
  const rule = factsOf(state).lookup;
  return rule === 'always' || (rule === 'fastTrack' && fastTrack);
}

/** What a heartbeat in this state does: resumes the waiting flow, is only written down, or nothing. */
export function heartbeatEffect(
  state: ProvisionState,
  { fastTrack = false }: { fastTrack?: boolean } = {},
): 'drives' | 'recorded' | 'ignored' {
  const rule = factsOf(state).heartbeat;
  if (rule === 'recordedFastTrack') return fastTrack ? 'recorded' : 'ignored';
  return rule;
}

/**
 * Must a patch of the node be answered with 409? Only while it has a target and its state forbids it.
 * The caller lets one patch through in maintenance all the same: the removal of /instance_uuid.
 */
export function patchRefused(state: ProvisionState, targetState: string | null, apiMinor: number): boolean {
  if (targetState === null) return false;
  const rule = factsOf(state).patch;
  return rule === 'no' || (rule === 'below1.39' && apiMinor >= 39);
}

/** May the node be deleted in this state? In maintenance always; protection, locks and instances are asked elsewhere. */
export function deleteAllowed(
  state: ProvisionState,
  { maintenance, allowDeletingAvailable = true }: { maintenance: boolean; allowDeletingAvailable?: boolean },
): boolean {
  if (maintenance) return true;
  if (isAvailable(state) && !allowDeletingAvailable) return false;
  return factsOf(state).delete;
}

/** How a client of that API version reads the state: no `available` below 1.2, no `inspect wait` below 1.39. */
export function shownState(state: ProvisionState, apiMinor: number): ProvisionState | null {
  if (state === 'available' && apiMinor < 2) return null;
  if (state === 'inspect wait' && apiMinor < 39) return 'inspecting';
  return state;
}

/** The state of a new node: `enroll` from 1.11 on, `available` before. */
export function initialState(apiMinor: number): ProvisionState {
  return apiMinor >= 11 ? 'enroll' : 'available';
}

const unhurried: ReadonlySet<ProvisionState> = new Set([
  'enroll',
  'inspecting',
  'inspect wait',
  'manageable',
  'available',
]);
const portStates: ReadonlySet<ProvisionState> = new Set(['enroll', 'inspecting', 'inspect wait', 'manageable']);

/** May driver and *_interface be changed (else 409)? In maintenance always. */
export function interfacesChangeable(state: ProvisionState, { maintenance }: { maintenance: boolean }): boolean {
  return maintenance || unhurried.has(state);
}

/** May a resource_class that is set be changed (else 409)? */
export function resourceClassChangeable(state: ProvisionState): boolean {
  return unhurried.has(state);
}

/** May a port's pxe_enabled, local_link_connection, portgroup_uuid, physical_network be changed (else 409)? */
export function portChangeable(state: ProvisionState, { maintenance }: { maintenance: boolean }): boolean {
  return maintenance || portStates.has(state);
}

/** Is every patch of a port or portgroup refused (409)? While inspecting, for clients that know `inspect wait` (1.39). */
export function portPatchRefused(state: ProvisionState, apiMinor: number): boolean {
  return state === 'inspecting' && apiMinor >= 39;
}

/** May a port's address be changed (else 409)? Not while the node has an instance or is active, outside maintenance. */
export function portAddressChangeable(
  state: ProvisionState,
  { maintenance, hasInstance }: { maintenance: boolean; hasInstance: boolean },
): boolean {
  return maintenance || (state !== 'active' && !hasInstance);
}

/** May instance_uuid with its allocation be removed (else 409)? In maintenance always. */
export function instanceRemovable(state: ProvisionState, { maintenance }: { maintenance: boolean }): boolean {
  return maintenance || unhurried.has(state);
}

/** Does an instance, or a rescue ramdisk in its place, run on the node? `protected` is settable only here. */
export function isDeployed(state: ProvisionState): boolean {
  return state === 'active' || state === 'rescue';
}

/** Is the node ready to be deployed? Allocations take only such nodes; `retired` cannot be set here. */
export function isAvailable(state: ProvisionState): boolean {
  return state === 'available';
}

/** Is nothing known yet about the node's BMC? */
export function isEnrolled(state: ProvisionState): boolean {
  return state === 'enroll';
}

/**
 * Does the node wait for the inventory of an inspection ramdisk (continue_inspection), or is it about to? A quick
 * machine answers before its flow has written that it waits.
 */
export function acceptsInspectionData(state: ProvisionState): boolean {
  return state === 'inspect wait' || state === 'inspecting';
}

/** Is it read by the periodic power synchronisation? */
export function isPowerSynced(state: ProvisionState): boolean {
  return factsOf(state).powerSync;
}

/** Is the node being cleaned, so that power requests are refused (400)? */
export function isBeingCleaned(state: ProvisionState): boolean {
  return state === 'cleaning' || state === 'clean wait';
}

/** May boot mode and secure boot be set (else 409)? Not while a flow works or waits. */
export function bootModeChangeable(state: ProvisionState): boolean {
  return !isActiveWork(state) && !isWaiting(state);
}

/** May a volume connector or target be deleted although the node is not powered off? */
export function volumeRemovable(state: ProvisionState): boolean {
  return state === 'manageable' || state === 'enroll' || state === 'adopt failed';
}

/** May an allocation be deleted (else 409)? Not while an instance runs or a flow works on the node, outside maintenance. */
export function allocationRemovable(
  state: ProvisionState,
  targetState: string | null,
  { maintenance }: { maintenance: boolean },
): boolean {
  if (maintenance) return true;
  return state !== 'active' && (targetState === null || factsOf(state).patch !== 'no');
}

/** May an existing instance be recorded as an allocation of this node (`node` in POST allocations, 1.58)? */
export function backfillable(state: ProvisionState): boolean {
  return state === 'active';
}

/** Does tear-down begin with cleaning up a rescue ramdisk? */
export function hasRescueToCleanUp(state: ProvisionState): boolean {
  return state === 'rescue' || state === 'rescue wait' || state === 'rescue failed' || state === 'unrescue failed';
}

/** The states of one kind of work. */
export interface Phases {
  readonly work: ProvisionState;
  readonly wait?: ProvisionState;
  readonly hold?: ProvisionState;
  /** Where failure leads. */
  readonly failed: ProvisionState;
}

/** The states that belong together; `verifying` fails back to `enroll`, `deleting` to `error`. */
export const phases = [
  { work: 'verifying', failed: 'enroll' },
  { work: 'inspecting', wait: 'inspect wait', failed: 'inspect failed' },
  { work: 'adopting', failed: 'adopt failed' },
  { work: 'cleaning', wait: 'clean wait', hold: 'clean hold', failed: 'clean failed' },
  { work: 'deploying', wait: 'wait call-back', hold: 'deploy hold', failed: 'deploy failed' },
  { work: 'rescuing', wait: 'rescue wait', failed: 'rescue failed' },
  { work: 'unrescuing', failed: 'unrescue failed' },
  { work: 'servicing', wait: 'service wait', hold: 'service hold', failed: 'service failed' },
  { work: 'deleting', failed: 'error' },
] as const satisfies readonly Phases[];

/** The phases of the work that goes on in this state (active, wait or hold), or undefined when none does. */
export function phasesOf(state: ProvisionState): Phases | undefined {
  const all: readonly Phases[] = phases;
  return all.find(({ work, wait, hold }) => state === work || state === wait || state === hold);
}

/** Where failure leads from a state with unfinished work, and by which event; undefined where nothing can fail. */
export function failureOf(state: ProvisionState): { state: ProvisionState; event: 'fail' | 'abort' } | undefined {
  const found = phasesOf(state);
  if (!found) return undefined;
  // Only `service hold` can fail by itself; the other holds end by an operator's abort.
  const event = isOnHold(state) && state !== 'service hold' ? 'abort' : 'fail';
  return { state: found.failed, event };
}

/** The wait state of the work in `state`, as `wait call-back` for `deploying`; undefined when it never waits. */
export function waitOf(state: ProvisionState): ProvisionState | undefined {
  return phasesOf(state)?.wait;
}

/** The hold state of the work in `state`; undefined when it cannot be held. */
export function holdOf(state: ProvisionState): ProvisionState | undefined {
  return phasesOf(state)?.hold;
}

/** The active state of the work in `state`, as `deploying` for `wait call-back`. */
export function workOf(state: ProvisionState): ProvisionState | undefined {
  return phasesOf(state)?.work;
}

/** Is it manual cleaning (asked for by `clean`) rather than automated? Its target tells. */
export function isManualCleaning(state: ProvisionState, targetState: string | null): boolean {
  return workOf(state) === 'cleaning' && targetState === 'manageable';
}

/** Does a node in that state run an instance, so that its owner changes only by a rule of its own (Ironic: active)? */
export function ownerFixed(state: ProvisionState): boolean {
  return state === 'active';
}
