import { describe, expect, test } from 'vitest';
import {
  allRunWithoutRamdisk,
  automatedSteps,
  disallowedStepText,
  interfaceOrder,
  isReservedStep,
  mergeDeploySteps,
  orderSteps,
  planUserSteps,
  stepId,
  supportedSteps,
  validateSteps,
  type Step,
  type StepFlow,
  type UserStep,
} from './steps.js';

const step = (id: string, priority: number, more: Partial<Step> = {}): Step => {
  const [name = '', called = ''] = id.split('.');
  return { interface: name, step: called, priority, ...more };
};
const asked = (id: string, priority?: number, more: Partial<UserStep> = {}): UserStep => {
  const { interface: name, step: called } = step(id, 0);
  return { interface: name, step: called, ...(priority === undefined ? {} : { priority }), ...more };
};
const shown = (steps: readonly Step[]): string[] => steps.map((one) => `${stepId(one)} ${one.priority}`);

/** Those of the `direct` deploy interface. */
const direct = [
  step('deploy.deploy', 100),
  step('deploy.write_image', 80),
  step('deploy.prepare_instance_boot', 60),
  step('deploy.tear_down_agent', 40),
  step('deploy.switch_to_tenant_network', 30),
  step('deploy.boot_instance', 20),
];
const raid = step('raid.apply_configuration', 0, {
  argsinfo: { raid_config: { required: true }, delete_existing: {} },
});

describe('order', () => {
  test.each<[StepFlow, string]>([
    ['clean', 'vendor power management firmware deploy bios raid'],
    ['deploy', 'vendor power management firmware deploy bios raid'],
    ['service', 'network vendor power management firmware deploy bios raid'],
    ['verify', 'power management firmware inspect deploy boot bios raid vendor network storage console rescue'],
  ])('equal priorities in %s go by interface: %s', (flow, order) => {
    const names = order.split(' ');
    const steps = names.toReversed().map((name) => step(`${name}.x`, 10));
    expect(orderSteps(steps, flow).map((one) => one.interface)).toEqual(names);
    expect(Object.keys(interfaceOrder[flow])).toHaveLength(names.length);
  });

  test('a higher priority goes before any interface', () => {
    const steps = [step('vendor.a', 1), step('raid.b', 2), step('deploy.c', 99)];
    expect(shown(orderSteps(steps, 'clean'))).toEqual(['deploy.c 99', 'raid.b 2', 'vendor.a 1']);
    expect(shown(steps)[0]).toBe('vendor.a 1');
  });

  test('steps that are equal in both keep their order, unknown interfaces come last', () => {
    const steps = [step('other.z', 5), step('deploy.b', 5), step('deploy.a', 5)];
    expect(shown(orderSteps(steps, 'clean'))).toEqual(['deploy.b 5', 'deploy.a 5', 'other.z 5']);
  });
});

describe('automated cleaning', () => {
  const driver = [step('bios.reset', 10), step('management.clear', 0)];
  const agent = [step('deploy.erase_devices', 10), step('deploy.erase_devices_metadata', 99), step('raid.create', 0)];

  test('every enabled step runs, highest priority first', () => {
    expect(shown(automatedSteps(driver, agent, 'clean'))).toEqual([
      'deploy.erase_devices_metadata 99',
      'deploy.erase_devices 10',
      'bios.reset 10',
    ]);
  });

  test('priorities can be overridden, also to switch steps off and on', () => {
    const overrides = { 'deploy.erase_devices': 0, 'management.clear': 50, 'bios.reset': undefined };
    expect(shown(automatedSteps(driver, agent, 'clean', { overrides }))).toEqual([
      'deploy.erase_devices_metadata 99',
      'management.clear 50',
      'bios.reset 10',
    ]);
  });

  test('a disallowed step is left out without an error', () => {
    const plan = automatedSteps([step('vendor.send_raw', 5)], [step('deploy.erase_devices', 10)], 'clean');
    expect(shown(plan)).toEqual(['deploy.erase_devices 10']);
  });

  test("a driver's step hides the agent's step of the same name", () => {
    const both = supportedSteps([step('deploy.write_image', 80)], [step('deploy.write_image', 0), raid]);
    expect(shown(both)).toEqual(['deploy.write_image 80', 'raid.apply_configuration 0']);
  });
});

describe('deployment', () => {
  test("without wishes the plan is the driver's", () => {
    const plan = mergeDeploySteps(direct.toReversed(), [raid], []);
    expect(shown(plan)).toEqual(shown(direct));
  });

  test("a user's step is put in by its priority", () => {
    const plan = mergeDeploySteps(
      direct,
      [raid],
      [asked('raid.apply_configuration', 95, { args: { raid_config: {} } })],
    );
    expect(shown(plan).slice(0, 3)).toEqual([
      'deploy.deploy 100',
      'raid.apply_configuration 95',
      'deploy.write_image 80',
    ]);
    expect(plan[1]?.args).toEqual({ raid_config: {} });
  });

  test("priority 0 switches the driver's step off, another priority moves it", () => {
    const plan = mergeDeploySteps(direct, [], [asked('deploy.write_image', 0), asked('deploy.boot_instance', 35)]);
    expect(shown(plan)).toEqual([
      'deploy.deploy 100',
      'deploy.prepare_instance_boot 60',
      'deploy.tear_down_agent 40',
      'deploy.boot_instance 35',
      'deploy.switch_to_tenant_network 30',
    ]);
  });

  test('the request beats templates, templates beat the driver', () => {
    const templateSteps = [asked('deploy.write_image', 70), asked('bios.apply_configuration', 90)];
    const plan = mergeDeploySteps(direct, [], [asked('deploy.write_image', 75)], { templateSteps });
    expect(shown(plan).slice(0, 3)).toEqual([
      'deploy.deploy 100',
      'bios.apply_configuration 90',
      'deploy.write_image 75',
    ]);
  });

  test('what the driver says about a step is kept when a user asks for it', () => {
    const known = step('deploy.write_image', 80, { abortable: true, rebootRequested: true });
    expect(mergeDeploySteps([known], [], [asked('deploy.write_image', 50)])[0]).toMatchObject({
      abortable: true,
      rebootRequested: true,
      priority: 50,
    });
  });
});

describe('manual cleaning and servicing', () => {
  test("steps run in the order given, with the driver's knowledge of them", () => {
    const supported = [step('deploy.erase_devices', 10, { abortable: true }), step('bios.reset', 0)];
    const plan = planUserSteps([asked('bios.reset'), asked('deploy.erase_devices'), asked('power.reboot')], supported);
    expect(plan.map((one) => [stepId(one), one.priority, one.abortable])).toEqual([
      ['bios.reset', 0, false],
      ['deploy.erase_devices', 10, true],
      ['power.reboot', 0, false],
    ]);
  });

  test('the ramdisk stays out only when every step is known not to need it', () => {
    const supported = [step('bios.reset', 0, { requiresRamdisk: false }), step('deploy.erase_devices', 10)];
    expect(allRunWithoutRamdisk([asked('bios.reset'), asked('power.reboot')], supported)).toBe(true);
    expect(allRunWithoutRamdisk([asked('bios.reset'), asked('deploy.erase_devices')], supported)).toBe(false);
    expect(allRunWithoutRamdisk([asked('bios.unknown')], supported)).toBe(false);
    expect(
      allRunWithoutRamdisk([asked('deploy.erase_devices', undefined, { executeOnChildNodes: true })], supported),
    ).toBe(true);
  });
});

describe('validation', () => {
  const supported = [...direct, raid];

  test.each(['power_on', 'power_off', 'reboot', 'hold', 'wait'])('%s needs no driver', (name) => {
    expect(isReservedStep(name)).toBe(true);
    expect(validateSteps([asked(`power.${name}`)], supported, 'clean')).toEqual([]);
  });

  test('an unknown step is an error unless the agent may still bring it', () => {
    expect(validateSteps([asked('deploy.nope')], supported, 'clean')).toEqual([
      'node does not support this clean step: deploy.nope',
    ]);
    expect(validateSteps([asked('deploy.nope')], supported, 'clean', { skipMissing: true })).toEqual([]);
  });

  test('arguments must be known, and the required ones must be there', () => {
    expect(validateSteps([asked('raid.apply_configuration', 95, { args: { level: 1 } })], supported, 'deploy')).toEqual(
      [
        'deploy step raid.apply_configuration has these unexpected arguments: level',
        'deploy step raid.apply_configuration is missing these required arguments: raid_config',
      ],
    );
    expect(validateSteps([asked('raid.apply_configuration', 0)], supported, 'deploy')).toEqual([]);
  });

  test('the core step can be switched off but not replaced', () => {
    expect(validateSteps([asked('deploy.deploy', 0)], supported, 'deploy')).toEqual([]);
    expect(validateSteps([asked('deploy.deploy', 90)], supported, 'deploy')).toEqual([
      'deploy step deploy on interface deploy is a core step and cannot be overridden by user steps. It may be disabled by setting the priority to 0',
    ]);
  });

  test('a deploy step cannot be asked for twice, a clean step can', () => {
    const twice = [asked('deploy.write_image', 5), asked('deploy.write_image', 6)];
    expect(validateSteps(twice, supported, 'deploy')).toEqual([
      'deploy steps cannot have the same interface and step twice: deploy.write_image',
    ]);
    expect(validateSteps(twice, supported, 'clean')).toEqual([]);
  });

  test('without ramdisk only steps that do not need it may run', () => {
    const steps = [step('bios.reset', 0, { requiresRamdisk: false }), step('deploy.erase_devices', 10)];
    const wanted = [asked('bios.reset'), asked('deploy.erase_devices')];
    expect(validateSteps(wanted, steps, 'clean', { disableRamdisk: true })).toEqual([
      'clean step deploy.erase_devices requires booting a ramdisk',
    ]);
  });

  test('disallowed steps are named with the option that forbids them', () => {
    expect(disallowedStepText([asked('bios.reset'), asked('vendor.send_raw')], 'service')).toBe(
      "service step 'vendor.send_raw' is not allowed. Disallowed by operator configuration [api]disallow_service_steps.",
    );
    expect(disallowedStepText([asked('vendor.send_raw')], 'clean', [])).toBeUndefined();
  });
});
