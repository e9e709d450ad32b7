import { expect, test } from 'vitest';
import { allProvisionStates } from './states.js';
import { cleaningDoneEvent, next, transitionFor, transitions, type TransitionEvent } from './transitions.js';

/** State | event | asked by | new state | target then, copied from Ironic 39.0.0's state machine by another route than the code. */
const expected = `
  enroll | manage | API | verifying | manageable
  verifying | done | conductor | manageable | null
  verifying | fail | conductor | enroll | null
  manageable | provide | API | cleaning | available
  manageable | clean | API | cleaning | manageable
  manageable | inspect | API | inspecting | manageable
  manageable | adopt | API | adopting | active
  inspecting | done | conductor | manageable | null
  inspecting | fail | conductor | inspect failed | manageable
  inspecting | wait | conductor | inspect wait | manageable
  inspect wait | done | conductor | manageable | null
  inspect wait | fail | conductor | inspect failed | manageable
  inspect wait | abort | API | inspect failed | manageable
  inspect wait | resume | conductor | inspecting | manageable
  inspect failed | manage | API | manageable | null
  inspect failed | inspect | API | inspecting | manageable
  adopting | done | conductor | active | null
  adopting | fail | conductor | adopt failed | active
  adopt failed | adopt | API | adopting | active
  adopt failed | manage | API | manageable | null
  cleaning | done | conductor | available | null
  cleaning | fail | conductor | clean failed | kept
  cleaning | wait | conductor | clean wait | kept
  cleaning | hold | conductor | clean hold | kept
  cleaning | manage | conductor | manageable | null
  clean wait | fail | conductor | clean failed | kept
  clean wait | abort | API | clean failed | kept
  clean wait | hold | conductor | clean hold | kept
  clean wait | resume | conductor | cleaning | kept
  clean hold | abort | API | clean failed | kept
  clean hold | unhold | API | clean wait | kept
  clean failed | manage | API | manageable | null
  available | deploy | API | deploying | active
  available | manage | API | manageable | null
  deploying | fail | conductor | deploy failed | active
  deploying | wait | conductor | wait call-back | active
  deploying | hold | conductor | deploy hold | active
  deploying | done | conductor | active | null
  wait call-back | hold | conductor | deploy hold | active
  wait call-back | resume | conductor | deploying | active
  wait call-back | fail | conductor | deploy failed | active
  wait call-back | abort | API | deploy failed | active
  wait call-back | delete | API | deleting | available
  deploy hold | unhold | API | wait call-back | active
  deploy hold | abort | API | deploy failed | active
  deploy failed | rebuild | API | deploying | active
  deploy failed | deploy | API | deploying | active
  deploy failed | delete | API | deleting | available
  active | rebuild | API | deploying | active
  active | delete | API | deleting | available
  active | rescue | API | rescuing | rescue
  active | service | API | servicing | active
  rescuing | done | conductor | rescue | null
  rescuing | wait | conductor | rescue wait | rescue
  rescuing | fail | conductor | rescue failed | rescue
  rescue wait | resume | conductor | rescuing | rescue
  rescue wait | fail | conductor | rescue failed | rescue
  rescue wait | abort | API | rescue failed | rescue
  rescue wait | delete | API | deleting | available
  rescue | rescue | API | rescuing | rescue
  rescue | delete | API | deleting | available
  rescue | unrescue | API | unrescuing | active
  rescue failed | rescue | API | rescuing | rescue
  rescue failed | unrescue | API | unrescuing | active
  rescue failed | delete | API | deleting | available
  unrescuing | done | conductor | active | null
  unrescuing | fail | conductor | unrescue failed | active
  unrescue failed | rescue | API | rescuing | rescue
  unrescue failed | unrescue | API | unrescuing | active
  unrescue failed | delete | API | deleting | available
  servicing | done | conductor | active | null
  servicing | fail | conductor | service failed | active
  servicing | wait | conductor | service wait | active
  servicing | hold | conductor | service hold | active
  service wait | hold | conductor | service hold | active
  service wait | resume | conductor | servicing | active
  service wait | fail | conductor | service failed | active
  service wait | abort | API | service failed | active
  service wait | delete | API | deleting | available
  service hold | service | API | servicing | active
  service hold | unhold | API | service wait | active
  service hold | fail | conductor | service failed | active
  service hold | abort | API | service failed | active
  service failed | service | API | servicing | active
  service failed | rescue | API | rescuing | rescue
  service failed | wait | conductor | service wait | active
  service failed | hold | conductor | service hold | active
  service failed | delete | API | deleting | available
  service failed | abort | API | active | null
  deleting | fail | conductor | error | null
  deleting | clean | conductor | cleaning | available
  error | rebuild | API | deploying | active
  error | delete | API | deleting | available
`
  .trim()
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()));

const events = new Set(transitions.map((row) => row.event));

test('there are as many moves as Ironic has', () => {
  expect(transitions).toHaveLength(expected.length);
});

test.each(expected)('%s -%s-> asked by the %s leads to %s, target %s', (from, event, by, to, target) => {
  const row = transitions.find((candidate) => candidate.from === from && candidate.event === event);
  expect(row).toMatchObject({ to, target: target === 'null' ? null : target, by: by === 'API' ? 'api' : 'flow' });
});

test.each(allProvisionStates)('in %s no other event is possible', (state) => {
  const possible = expected.filter(([from]) => from === state).map(([, event = '']) => event);
  const found = [...events].filter((event: TransitionEvent) => next(state, event, { target: null }) !== undefined);
  expect(found.toSorted()).toEqual(possible.toSorted());
});

test('cleaning keeps the target it was started with, so that manual cleaning ends in manageable', () => {
  expect(next('cleaning', 'wait', { target: 'manageable' })).toEqual({
    state: 'clean wait',
    targetState: 'manageable',
  });
  expect(next('cleaning', 'fail', { target: 'available' })).toEqual({
    state: 'clean failed',
    targetState: 'available',
  });
});

test('a finished move clears the target', () => {
  expect(next('deploying', 'done', { target: 'active' })).toEqual({ state: 'active', targetState: null });
});

test.each([
  [{ manual: false, retired: false }, 'available'],
  [{ manual: true, retired: false }, 'manageable'],
  [{ manual: false, retired: true }, 'manageable'],
  [{ manual: true, retired: true }, 'manageable'],
])('cleaning with %o ends in %s', (how, state) => {
  expect(transitionFor('cleaning', cleaningDoneEvent(how))?.to).toBe(state);
});
