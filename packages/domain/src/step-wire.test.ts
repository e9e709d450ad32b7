import { expect, test } from 'vitest';
import { parseUserSteps, stepFromWire, stepToWire } from './step-wire.js';

const good = { interface: 'deploy', step: 'erase_devices' };

test('steps of clients are read into camel case', () => {
  const raw = [
    { ...good, args: { a: 1 }, order: '2', execute_on_child_nodes: true, limit_child_node_execution: ['u'] },
  ];
  expect(parseUserSteps(raw, 'clean')).toEqual({
    ok: true,
    steps: [{ ...good, args: { a: 1 }, executeOnChildNodes: true, limitChildNodeExecution: ['u'] }],
  });
});

test('a priority may be digits in a string', () => {
  const raw = [{ ...good, args: {}, priority: '010' }];
  expect(parseUserSteps(raw, 'deploy')).toEqual({ ok: true, steps: [{ ...good, args: {}, priority: 10 }] });
});

test.each([
  ['a list is expected', {}, 'clean'],
  ['step 1 is not an object', ['x'], 'clean'],
  ["step 2 has no 'step'", [good, { interface: 'deploy' }], 'clean'],
  ["step 1 has the unexpected key 'priority'", [{ ...good, priority: 1 }], 'service'],
  ["step 1 has the unexpected key 'order'", [{ ...good, args: {}, priority: 1, order: 1 }], 'deploy'],
  ["step 1 has no 'args'", [{ ...good, priority: 1 }], 'deploy'],
  ["step 1 has 'args' that are not an object", [{ ...good, args: [] }], 'clean'],
  ["step 1 has a 'step' that is not a name", [{ interface: 'deploy', step: '' }], 'clean'],
  ["step 1 has a 'priority' that is not a number of 0 or more", [{ ...good, args: {}, priority: -1 }], 'deploy'],
  ["step 1 has a 'priority' that is not a number of 0 or more", [{ ...good, args: {}, priority: 1.5 }], 'deploy'],
  ["step 1 has an 'order' that is not a number of 0 or more", [{ ...good, order: 'x' }], 'clean'],
  ["step 1 has 'execute_on_child_nodes' that is not a boolean", [{ ...good, execute_on_child_nodes: 1 }], 'clean'],
] as const)('%s', (text, raw, flow) => {
  expect(parseUserSteps(raw, flow)).toEqual({ ok: false, text: `Invalid ${flow}_steps: ${text}` });
});

test('a step of the agent survives the way in and out', () => {
  const wire = {
    interface: 'deploy',
    step: 'erase_devices',
    priority: 10,
    args: { x: 1 },
    abortable: true,
    argsinfo: { x: { description: 'what', required: true } },
    requires_ramdisk: true,
    reboot_requested: false,
  };
  const step = stepFromWire(wire);
  expect(step).toMatchObject({ requiresRamdisk: true, rebootRequested: false });
  expect(step && stepToWire(step)).toEqual(wire);
});

test('a report of the agent without interface, step or priority is not a step', () => {
  expect(stepFromWire({ step: 'x', priority: 1 })).toBeUndefined();
  expect(stepFromWire({ interface: 'deploy', step: 'x' })).toBeUndefined();
  expect(stepFromWire(null)).toBeUndefined();
  expect(stepFromWire({ interface: 'deploy', step: 'x', priority: 0, argsinfo: null })).toEqual({
    interface: 'deploy',
    step: 'x',
    priority: 0,
  });
});
