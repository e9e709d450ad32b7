import { expect, test } from 'vitest';
import { factsOfPowerTarget, isPowerTarget, powerRequestRefused, powerTargets } from './power.js';
import { allProvisionStates } from './states.js';

const targets = Object.keys(powerTargets).filter(isPowerTarget);

test.each([
  ['power on', 1, 'power on', 60],
  ['power off', 1, 'power off', 60],
  ['rebooting', 1, 'power on', 60],
  ['soft power off', 27, 'power off', 600],
  ['soft rebooting', 27, 'power on', 600],
] as const)('%s (from 1.%i) ends in %s within %i s', (target, minVersion, finalState, defaultTimeoutSeconds) => {
  expect(factsOfPowerTarget(target)).toMatchObject({ minVersion, finalState, defaultTimeoutSeconds });
});

test('reboot is the name of no target', () => {
  expect(isPowerTarget('reboot')).toBe(false);
  expect(targets).toHaveLength(5);
});

test.each(targets)('%s is possible in every state except while cleaning', (target) => {
  const refused = allProvisionStates.filter((state) =>
    powerRequestRefused(state, target, { disablePowerOff: false, ident: 'n1' }),
  );
  expect(refused).toEqual(['cleaning', 'clean wait']);
});

test('a refusal while cleaning names the node as the client did', () => {
  expect(powerRequestRefused('clean wait', 'power on', { disablePowerOff: false, ident: 'n1' })).toEqual({
    status: 400,
    code: 'InvalidStateRequested',
    text: 'The requested action "power on" can not be performed on node "n1" while it is in state "clean wait".',
  });
});

test('a node that must stay powered is rebooted but never switched off', () => {
  const refused = targets.filter((target) =>
    powerRequestRefused('active', target, { disablePowerOff: true, ident: 'n1' }),
  );
  expect(refused).toEqual(['power off', 'soft power off']);
  expect(powerRequestRefused('active', 'soft power off', { disablePowerOff: true, ident: 'n1' })).toEqual({
    status: 409,
    code: 'PowerStateFailure',
    text: 'Failed to set node power state to soft power off.',
  });
});
