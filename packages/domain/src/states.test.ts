import { expect, test } from 'vitest';
import {
  acceptsInspectionData,
  acceptsLookup,
  allocationRemovable,
  allProvisionStates,
  backfillable,
  bootModeChangeable,
  deleteAllowed,
  failureOf,
  factsOf,
  hasRescueToCleanUp,
  heartbeatEffect,
  holdOf,
  holdsLock,
  initialState,
  instanceRemovable,
  interfacesChangeable,
  isActiveWork,
  isAvailable,
  isBeingCleaned,
  isDeployed,
  isEnrolled,
  isFailed,
  isManualCleaning,
  isOnHold,
  isPowerSynced,
  isProvisionState,
  isStable,
  isWaiting,
  patchRefused,
  phases,
  portAddressChangeable,
  portChangeable,
  provisionStates,
  resourceClassChangeable,
  shownState,
  volumeRemovable,
  waitOf,
  workOf,
  type ProvisionState,
} from './states.js';
import { next } from './transitions.js';

/** State | kind | final target | PATCH | DELETE | lookup | heartbeat | power sync: Ironic 39.0.0, written down apart from the code. */
const expected = `
  enroll | stable | null | yes | yes | fast track only | fast track: recorded | no
  verifying | active | manageable | yes | no | no | ignored | yes
  manageable | stable | null | yes | yes | fast track only | fast track: recorded | yes
  inspecting | active | manageable | before 1.39 | no | yes | ignored | yes
  inspect wait | wait | manageable | yes | no | yes | ignored | yes
  inspect failed | failed | manageable | yes | no | no | ignored | yes
  adopting | active | active | no | no | no | ignored | yes
  adopt failed | failed | active | yes | yes | no | ignored | no
  cleaning | active | available | no | no | yes | recorded | yes
  clean wait | wait | available | no | no | yes | drives | no
  clean hold | hold | available | no | no | no | recorded | yes
  clean failed | failed | available | yes | no | no | ignored | yes
  available | stable | null | yes | yes | fast track only | fast track: recorded | yes
  deploying | active | active | no | no | yes | recorded | yes
  wait call-back | wait | active | no | no | yes | drives | no
  deploy hold | hold | active | no | no | no | recorded | yes
  deploy failed | failed | active | yes | no | no | ignored | yes
  active | stable | null | yes | no | no | ignored | yes
  rescuing | active | rescue | no | no | yes | recorded | yes
  rescue wait | wait | rescue | no | no | yes | drives | yes
  rescue | stable | null | yes | no | no | ignored | yes
  rescue failed | failed | rescue | yes | no | no | ignored | yes
  unrescuing | active | active | no | no | no | ignored | yes
  unrescue failed | failed | active | yes | no | no | ignored | yes
  servicing | active | active | no | no | fast track only | recorded | yes
  service wait | wait | active | no | no | yes | drives | yes
  service hold | hold | active | yes | no | fast track only | recorded | yes
  service failed | failed | active | yes | no | no | ignored | yes
  deleting | active | available | no | no | no | ignored | yes
  error | stable | null | yes | no | no | ignored | yes
`
  .trim()
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([state = '', kind, target, patch, remove, lookup, heartbeat, powerSync]) => ({
    state,
    kind,
    target,
    patch,
    remove,
    lookup,
    heartbeat,
    powerSync,
  }));

function states(wanted: (state: ProvisionState) => boolean): ProvisionState[] {
  return allProvisionStates.filter(wanted);
}

test('there are exactly the 30 states of Ironic', () => {
  expect(expected.map((row) => row.state).toSorted()).toEqual(Object.keys(provisionStates).toSorted());
  expect(allProvisionStates).toHaveLength(30);
});

test.each(['deleted', 'rebuild', 'deploy complete', 'service', 'Active', '', 'toString'])(
  '%j is no provision state',
  (value) => {
    expect(isProvisionState(value)).toBe(false);
  },
);

test.each(expected)('$state is a state of kind $kind with the permissions of the table', (row) => {
  if (!isProvisionState(row.state)) throw new Error(`${row.state} is unknown`);
  const { state } = row;
  const kinds = { stable: isStable, active: isActiveWork, wait: isWaiting, hold: isOnHold, failed: isFailed };
  expect(Object.entries(kinds).filter(([, is]) => is(state))).toEqual([[row.kind, expect.any(Function)]]);
  expect(holdsLock(state)).toBe(row.kind === 'active');

  expect(factsOf(state).finalTarget).toBe(row.target === 'null' ? null : row.target);
  expect(factsOf(state).meaning).toMatch(/^[A-Z].*\.$/);

  const target = factsOf(state).finalTarget;
  expect(patchRefused(state, target, 115)).toBe(target !== null && row.patch !== 'yes');
  expect(patchRefused(state, target, 38)).toBe(target !== null && row.patch === 'no');
  expect(patchRefused(state, null, 115)).toBe(false);

  expect(deleteAllowed(state, { maintenance: false })).toBe(row.remove === 'yes');
  expect(deleteAllowed(state, { maintenance: true })).toBe(true);

  expect(acceptsLookup(state)).toBe(row.lookup === 'yes');
  expect(acceptsLookup(state, { fastTrack: true })).toBe(row.lookup !== 'no');

  const plain = row.heartbeat === 'fast track: recorded' ? 'ignored' : row.heartbeat;
  const fast = row.heartbeat === 'fast track: recorded' ? 'recorded' : row.heartbeat;
  expect(heartbeatEffect(state)).toBe(plain);
  expect(heartbeatEffect(state, { fastTrack: true })).toBe(fast);

  expect(isPowerSynced(state)).toBe(row.powerSync === 'yes');
});

test('an available node stays when the operator forbids deleting such nodes', () => {
  expect(deleteAllowed('available', { maintenance: false, allowDeletingAvailable: false })).toBe(false);
  expect(deleteAllowed('available', { maintenance: true, allowDeletingAvailable: false })).toBe(true);
  expect(deleteAllowed('manageable', { maintenance: false, allowDeletingAvailable: false })).toBe(true);
});

test('older clients read states that they do not know as others', () => {
  expect(shownState('available', 1)).toBeNull();
  expect(shownState('available', 2)).toBe('available');
  expect(shownState('inspect wait', 38)).toBe('inspecting');
  expect(shownState('inspect wait', 39)).toBe('inspect wait');
  const others = states((state) => state !== 'available' && state !== 'inspect wait');
  expect(others.map((state) => shownState(state, 1))).toEqual(others);
});

test('a new node starts in available for clients that do not know enroll', () => {
  expect(initialState(10)).toBe('available');
  expect(initialState(11)).toBe('enroll');
});

test('changes to a node are tied to the states in which nothing depends on them', () => {
  const unhurried = ['enroll', 'manageable', 'inspecting', 'inspect wait', 'available'];
  expect(states((state) => interfacesChangeable(state, { maintenance: false }))).toEqual(unhurried);
  expect(states((state) => interfacesChangeable(state, { maintenance: true }))).toHaveLength(30);
  expect(states(resourceClassChangeable)).toEqual(unhurried);
  expect(states((state) => instanceRemovable(state, { maintenance: false }))).toEqual(unhurried);
  expect(states((state) => instanceRemovable(state, { maintenance: true }))).toHaveLength(30);
});

test('changes to a port are tied to the states before available', () => {
  const early = ['enroll', 'manageable', 'inspecting', 'inspect wait'];
  expect(states((state) => portChangeable(state, { maintenance: false }))).toEqual(early);
  expect(states((state) => portChangeable(state, { maintenance: true }))).toHaveLength(30);
});

test('the address of a port is fixed while an instance depends on it', () => {
  const free = { maintenance: false, hasInstance: false };
  expect(states((state) => !portAddressChangeable(state, free))).toEqual(['active']);
  expect(states((state) => portAddressChangeable(state, { ...free, hasInstance: true }))).toEqual([]);
  expect(states((state) => portAddressChangeable(state, { maintenance: true, hasInstance: true }))).toHaveLength(30);
});

test('single states have the meaning that other folders ask for', () => {
  expect(states(isDeployed)).toEqual(['active', 'rescue']);
  expect(states(isAvailable)).toEqual(['available']);
  expect(states(isEnrolled)).toEqual(['enroll']);
  expect(states(backfillable)).toEqual(['active']);
  expect(states(acceptsInspectionData)).toEqual(['inspecting', 'inspect wait']);
  expect(states(isBeingCleaned)).toEqual(['cleaning', 'clean wait']);
  expect(states(volumeRemovable)).toEqual(['enroll', 'manageable', 'adopt failed']);
  expect(states(hasRescueToCleanUp)).toEqual(['rescue wait', 'rescue', 'rescue failed', 'unrescue failed']);
});

test('boot mode and secure boot are left alone while a flow works or waits', () => {
  const refused = states((state) => !bootModeChangeable(state));
  expect(refused).toEqual(states((state) => isActiveWork(state) || isWaiting(state)));
  expect(refused).toHaveLength(14);
});

test('an allocation stays while its instance runs or a flow works on the node', () => {
  expect(allocationRemovable('active', null, { maintenance: false })).toBe(false);
  expect(allocationRemovable('deploying', 'active', { maintenance: false })).toBe(false);
  expect(allocationRemovable('deploy failed', 'active', { maintenance: false })).toBe(true);
  expect(allocationRemovable('available', null, { maintenance: false })).toBe(true);
  expect(allocationRemovable('active', null, { maintenance: true })).toBe(true);
});

test.each(allProvisionStates)('work in %s fails where the state machine says', (state) => {
  const failure = failureOf(state);
  expect(failure !== undefined).toBe(isActiveWork(state) || isWaiting(state) || isOnHold(state));
  expect(failure && next(state, failure.event, { target: null })?.state).toBe(failure?.state);
});

test.each(phases)('the phases of $work are those of the state machine', ({ work, failed }) => {
  expect(waitOf(work)).toBe(next(work, 'wait', { target: null })?.state);
  expect(holdOf(work)).toBe(next(work, 'hold', { target: null })?.state);
  expect(next(work, 'fail', { target: null })?.state).toBe(failed);
});

test('wait and hold states belong to one work each', () => {
  expect(phases.map(({ work }) => work).toSorted()).toEqual(states(isActiveWork).toSorted());
  const pausing = states((state) => isWaiting(state) || isOnHold(state));
  expect(pausing.map((state) => [waitOf(state), holdOf(state)].includes(state))).toEqual(pausing.map(() => true));
  expect(workOf('wait call-back')).toBe('deploying');
  expect(waitOf('active')).toBeUndefined();
});

test('manual cleaning is known by its target', () => {
  expect(isManualCleaning('clean wait', 'manageable')).toBe(true);
  expect(isManualCleaning('clean wait', 'available')).toBe(false);
  expect(isManualCleaning('inspecting', 'manageable')).toBe(false);
});
