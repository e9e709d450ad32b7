import { describe, expect, test } from 'vitest';
import { decideVerb, type VerbDecision, type VerbRequest } from './decide-verb.js';
import { allProvisionStates, isProvisionState, type ProvisionState } from './states.js';
import { isVerbTarget, verbs, type VerbTarget } from './verbs.js';

const uuid = '7d9c1a4e-2f3b-4c5d-8e6f-0a1b2c3d4e5f';

/** States in which each target is allowed: Ironic 39.0.0, written down apart from the code. */
const allowed: Record<VerbTarget, string> = {
  manage: 'enroll, available, clean failed, inspect failed, adopt failed',
  provide: 'manageable',
  inspect: 'manageable, inspect failed',
  clean: 'manageable',
  adopt: 'manageable, adopt failed',
  active: 'available, deploy failed',
  deploy: 'available, deploy failed',
  rebuild: 'active, deploy failed, error',
  deleted:
    'active, wait call-back, deploy failed, rescue, rescue wait, rescue failed, unrescue failed, service wait, service failed, error',
  undeploy:
    'active, wait call-back, deploy failed, rescue, rescue wait, rescue failed, unrescue failed, service wait, service failed, error',
  rescue: 'active, rescue, rescue failed, unrescue failed, service failed',
  unrescue: 'rescue, rescue failed, unrescue failed',
  abort:
    'clean wait, clean hold, inspect wait, wait call-back, deploy hold, rescue wait, service wait, service hold, service failed',
  unhold: 'clean hold, deploy hold, service hold',
  service: 'active, service hold, service failed',
};
const targets = Object.keys(allowed).filter(isVerbTarget);

/** What a verb cannot do without. */
const bodies: Partial<Record<VerbTarget, Record<string, unknown>>> = {
  clean: { clean_steps: [{ interface: 'deploy', step: 'erase_devices' }] },
  service: { service_steps: [{ interface: 'deploy', step: 'erase_devices' }] },
  rescue: { rescue_password: 'opensesame' },
};

function ask(target: string, state: ProvisionState, more: Partial<VerbRequest> = {}): VerbDecision {
  return decideVerb({
    target,
    body: isVerbTarget(target) ? (bodies[target] ?? {}) : {},
    apiMinor: 115,
    nodeUuid: uuid,
    state,
    targetState: null,
    reservation: null,
    maintenance: false,
    retired: false,
    protected: false,
    ...more,
  });
}

function refused(decision: VerbDecision): [number, string] | undefined {
  return decision.kind === 'refused' ? [decision.status, decision.code] : undefined;
}

const pairs = targets.flatMap((target) =>
  allProvisionStates.map((state) => ({ target, state, accepted: allowed[target].split(', ').includes(state) })),
);

/** The version a target needs in a state. */
function firstMinor(target: VerbTarget, state: ProvisionState): number {
  if (target === 'abort' && state === 'inspect wait') return 41;
  if (target === 'abort' && state === 'wait call-back') return 110;
  return verbs[target].minVersion;
}

describe('every target in every state', () => {
  test.each(targets)('%s is accepted exactly where Ironic accepts it', (target) => {
    const accepted = allProvisionStates.filter((state) => ask(target, state).kind !== 'refused');
    expect(accepted.toSorted()).toEqual(allowed[target].split(', ').toSorted());
  });

  test.each(pairs.filter((pair) => !pair.accepted))('$target in $state is a wrong state', ({ target, state }) => {
    expect(ask(target, state)).toEqual({
      kind: 'refused',
      status: 400,
      code: 'InvalidStateRequested',
      text: `The requested action "${target}" can not be performed on node "${uuid}" while it is in state "${state}".`,
    });
    expect(ask(target, state, { reservation: 'worker-1' })).toEqual({
      kind: 'refused',
      status: 409,
      code: 'NodeLocked',
      text: `Node ${uuid} is locked by host worker-1, please retry after the current operation is completed.`,
    });
  });

  test.each(pairs.filter((pair) => pair.accepted))('$target in $state needs its API version', ({ target, state }) => {
    const first = firstMinor(target, state);
    expect(ask(target, state, { apiMinor: first }).kind).not.toBe('refused');
    const below = first > 1 ? ask(target, state, { apiMinor: first - 1 }) : undefined;
    expect(below && refused(below)).toEqual(first > 1 ? [406, 'NotAcceptable'] : undefined);
  });
});

describe('what an accepted verb starts', () => {
  test.each([
    ['manage', 'enroll', 'verifying', 'manageable', 'verify'],
    ['manage', 'available', 'manageable', null, null],
    ['manage', 'clean failed', 'manageable', null, null],
    ['provide', 'manageable', 'cleaning', 'available', 'clean'],
    ['inspect', 'manageable', 'inspecting', 'manageable', 'inspect'],
    ['clean', 'manageable', 'cleaning', 'manageable', 'clean'],
    ['adopt', 'manageable', 'adopting', 'active', 'adopt'],
    ['active', 'available', 'deploying', 'active', 'deploy'],
    ['deploy', 'deploy failed', 'deploying', 'active', 'deploy'],
    ['rebuild', 'error', 'deploying', 'active', 'rebuild'],
    ['deleted', 'active', 'deleting', 'available', 'teardown'],
    ['undeploy', 'error', 'deleting', 'available', 'teardown'],
    ['rescue', 'active', 'rescuing', 'rescue', 'rescue'],
    ['unrescue', 'rescue', 'unrescuing', 'active', 'unrescue'],
    ['service', 'active', 'servicing', 'active', 'service'],
    ['abort', 'service failed', 'active', null, null],
  ] as const)('%s in %s leads to %s (target %s) by operation %s', (target, from, state, targetState, operationType) => {
    expect(ask(target, from)).toMatchObject({
      kind: 'transition',
      from,
      state,
      targetState,
      operationType,
      supersedes: false,
    });
  });

  test.each([
    ['deleted', 'wait call-back'],
    ['deleted', 'rescue wait'],
    ['undeploy', 'service wait'],
    ['service', 'service hold'],
  ] as const)('%s in %s supersedes the operation that waits there', (target, state) => {
    expect(ask(target, state)).toMatchObject({ kind: 'transition', supersedes: true });
  });

  test.each([
    ['abort', 'wait call-back', 'active', 'deploy failed', 'active'],
    ['abort', 'clean wait', 'manageable', 'clean failed', 'manageable'],
    ['abort', 'service hold', 'active', 'service failed', 'active'],
    ['unhold', 'clean hold', 'available', 'clean wait', 'available'],
    ['unhold', 'deploy hold', 'active', 'wait call-back', 'active'],
  ] as const)('%s in %s is a request to the running operation', (target, from, before, state, targetState) => {
    expect(ask(target, from, { targetState: before })).toEqual({
      kind: 'request',
      target,
      request: target,
      state,
      targetState,
    });
  });

  test('steps are handed on in camel case', () => {
    const deploy_steps = [
      { interface: 'raid', step: 'apply_configuration', args: { delete_existing: true }, priority: '95' },
    ];
    expect(ask('active', 'available', { body: { deploy_steps } })).toMatchObject({
      steps: [{ interface: 'raid', step: 'apply_configuration', args: { delete_existing: true }, priority: 95 }],
    });
  });

  test('a runbook brings steps and its own disable_ramdisk', () => {
    const runbook = {
      kind: 'runbook',
      steps: [{ interface: 'bios', step: 'reset' }],
      disableRamdisk: true,
    } as const;
    const body = { runbook: 'reset-bios', disable_ramdisk: false };
    expect(ask('clean', 'manageable', { body, runbook })).toMatchObject({ steps: runbook.steps, disableRamdisk: true });
  });
});

describe('conditions of the node', () => {
  const inMaintenance = targets.filter((target) => {
    const [state = ''] = allowed[target].split(', ');
    return isProvisionState(state) && refused(ask(target, state, { maintenance: true })) !== undefined;
  });

  test('maintenance refuses the verbs that would boot the node into something else', () => {
    expect(inMaintenance).toEqual(['clean', 'active', 'deploy', 'rebuild', 'rescue', 'unrescue', 'service']);
  });

  test.each([
    ['active', 'available', 'provisioning'],
    ['rebuild', 'active', 'provisioning'],
    ['deploy', 'available', 'provisioning'],
    ['rescue', 'active', 'rescuing'],
    ['unrescue', 'rescue', 'unrescuing'],
    ['clean', 'manageable', 'cleaning'],
    ['service', 'active', 'service'],
  ] as const)('%s in maintenance says that the node is in maintenance', (target, state, word) => {
    expect(ask(target, state, { maintenance: true })).toEqual({
      kind: 'refused',
      status: 400,
      code: 'NodeInMaintenance',
      text: `The ${word} operation can't be performed on node ${uuid} because it's in maintenance mode.`,
    });
  });

  test('a protected node is neither deleted nor rebuilt', () => {
    for (const target of ['deleted', 'undeploy', 'rebuild']) {
      expect(refused(ask(target, 'active', { protected: true }))).toEqual([403, 'NodeProtected']);
    }
    expect(ask('rescue', 'active', { protected: true }).kind).toBe('transition');
  });

  test('a retired node is not provided again', () => {
    expect(refused(ask('provide', 'manageable', { retired: true }))).toEqual([400, 'NodeIsRetired']);
    expect(ask('deleted', 'active', { retired: true }).kind).toBe('transition');
  });

  test('a failed service is not aborted in maintenance', () => {
    expect(refused(ask('abort', 'service failed', { maintenance: true }))).toEqual([409, 'InvalidState']);
    expect(ask('abort', 'service wait', { maintenance: true }).kind).toBe('request');
  });
});

describe('order of checks', () => {
  test('a missing version beats everything that is wrong with the node', () => {
    const worst = { apiMinor: 37, maintenance: true, reservation: 'worker-1' };
    expect(refused(ask('rescue', 'enroll', worst))).toEqual([406, 'NotAcceptable']);
  });

  test('maintenance beats the state for active and rebuild, and comes after the lock for the others', () => {
    expect(refused(ask('active', 'enroll', { maintenance: true }))).toEqual([400, 'NodeInMaintenance']);
    expect(refused(ask('deploy', 'enroll', { maintenance: true }))).toEqual([400, 'InvalidStateRequested']);
    const both = { maintenance: true, reservation: 'worker-1' };
    expect(refused(ask('rescue', 'active', both))).toEqual([409, 'NodeLocked']);
  });

  test('a wrong state beats the version of unhold and service', () => {
    expect(refused(ask('unhold', 'enroll', { apiMinor: 1 }))).toEqual([400, 'InvalidStateRequested']);
    expect(refused(ask('service', 'enroll', { apiMinor: 1 }))).toEqual([400, 'InvalidStateRequested']);
    expect(refused(ask('service', 'active', { apiMinor: 86 }))).toEqual([406, 'NotAcceptable']);
  });

  test('an unknown target reads as a wrong state', () => {
    for (const target of ['bogus', 'done', 'delete', 'toString']) {
      expect(refused(ask(target, 'active'))).toEqual([400, 'InvalidStateRequested']);
    }
  });

  test('a wrong field beats the lock, the lock beats protection', () => {
    const body = { rescue_password: 'x' };
    const node = { reservation: 'worker-1', protected: true };
    expect(refused(ask('deleted', 'wait call-back', { ...node, body }))).toEqual([400, 'ClientSideError']);
    expect(refused(ask('deleted', 'wait call-back', node))).toEqual([409, 'NodeLocked']);
  });
});

describe('fields of the body', () => {
  const step = { interface: 'deploy', step: 'erase_devices' };
  const cases: [string, VerbTarget, ProvisionState, Record<string, unknown>, number, number, string][] = [
    [
      'a config drive with another verb',
      'manage',
      'enroll',
      { configdrive: 'YQ==' },
      115,
      400,
      'Adding a config drive is only supported when setting provision state to active, rebuild',
    ],
    [
      'a config drive with deploy',
      'deploy',
      'available',
      { configdrive: 'YQ==' },
      115,
      400,
      'Adding a config drive is only supported when setting provision state to active, rebuild',
    ],
    [
      'a config drive for a rebuild below 1.35',
      'rebuild',
      'active',
      { configdrive: 'YQ==' },
      34,
      400,
      'Adding a config drive is only supported when setting provision state to active',
    ],
    [
      'a config drive object below 1.56',
      'active',
      'available',
      { configdrive: { meta_data: {} } },
      55,
      400,
      'Providing a JSON object for configdrive is only supported starting with API version 1.56',
    ],
    [
      'vendor data below 1.59',
      'active',
      'available',
      { configdrive: { vendor_data: {} } },
      58,
      400,
      'Providing vendor_data in configdrive is only supported starting with API version 1.59',
    ],
    [
      'a config drive that is no base64',
      'active',
      'available',
      { configdrive: '{"a"' },
      115,
      400,
      'Invalid configdrive format: it is neither a JSON, nor a URL, nor a base64 string',
    ],
    [
      'a config drive with another key',
      'active',
      'available',
      { configdrive: { meta: {} } },
      115,
      400,
      "Invalid configdrive format: 'meta' is not expected",
    ],
    ['a runbook below 1.92', 'clean', 'manageable', { runbook: 'x' }, 91, 406, 'Request not acceptable.'],
    ['a runbook that nobody has', 'clean', 'manageable', { runbook: 'x' }, 115, 404, 'Runbook x could not be found.'],
    [
      'disable_ramdisk below 1.70',
      'clean',
      'manageable',
      { clean_steps: [step], disable_ramdisk: true },
      69,
      406,
      'disable_ramdisk is not acceptable in this API version',
    ],
    [
      'disable_ramdisk for a service below 1.108',
      'service',
      'active',
      { service_steps: [step], disable_ramdisk: true },
      107,
      406,
      'disable_ramdisk is not acceptable in this API version',
    ],
    [
      'disable_ramdisk with another verb',
      'provide',
      'manageable',
      { disable_ramdisk: false },
      115,
      400,
      'disable_ramdisk is supported only with manual cleaning or servicing',
    ],
    [
      'clean_steps with another verb',
      'provide',
      'manageable',
      { clean_steps: [step] },
      115,
      400,
      '"clean_steps" is only valid when setting target provision state to clean',
    ],
    [
      'deploy_steps below 1.69',
      'active',
      'available',
      { deploy_steps: [step] },
      68,
      406,
      'Request not acceptable. The minimal required API version should be 1.69',
    ],
    [
      'deploy_steps with deploy',
      'deploy',
      'available',
      { deploy_steps: [step] },
      115,
      400,
      '"deploy_steps" is only valid when setting target provision state to active or rebuild',
    ],
    [
      'deploy_steps without priority',
      'active',
      'available',
      { deploy_steps: [{ ...step, args: {} }] },
      115,
      400,
      "Invalid deploy_steps: step 1 has no 'priority'",
    ],
    [
      'a rescue password with another verb',
      'manage',
      'enroll',
      { rescue_password: '' },
      115,
      400,
      '"rescue_password" is only valid when setting target provision state to rescue',
    ],
    [
      'service_steps with another verb',
      'manage',
      'enroll',
      { service_steps: [step] },
      115,
      400,
      '"service_steps" is only valid when setting target provision state to service',
    ],
    [
      'a rescue without password',
      'rescue',
      'active',
      {},
      115,
      400,
      'A non-empty "rescue_password" is required when setting target provision state to rescue',
    ],
    [
      'a rescue with a blank password',
      'rescue',
      'active',
      { rescue_password: ' \t' },
      115,
      400,
      'A non-empty "rescue_password" is required when setting target provision state to rescue',
    ],
    [
      'cleaning without steps',
      'clean',
      'manageable',
      { clean_steps: [] },
      115,
      400,
      '"clean_steps" is required when setting target provision state to clean',
    ],
    [
      'a service without steps',
      'service',
      'active',
      {},
      115,
      400,
      '"service_steps" is required when setting target provision state to service',
    ],
    [
      'a step of an unknown interface',
      'clean',
      'manageable',
      { clean_steps: [{ interface: 'boot', step: 'x' }] },
      115,
      400,
      "Invalid clean_steps: step 1 has an 'interface' that is none of vendor, power, management, firmware, deploy, bios, raid",
    ],
    [
      'a disallowed step',
      'clean',
      'manageable',
      { clean_steps: [{ interface: 'vendor', step: 'send_raw' }] },
      115,
      400,
      "clean step 'vendor.send_raw' is not allowed. Disallowed by operator configuration [api]disallow_clean_steps.",
    ],
  ];
  test.each(cases)('%s is refused', (_name, target, state, body, apiMinor, status, text) => {
    expect(ask(target, state, { body, apiMinor })).toMatchObject({ kind: 'refused', status, text });
  });

  test.each([
    ['a base64 config drive', 'active', 'available', { configdrive: 'H4sI\nAAA=' }, 1],
    ['a config drive URL', 'active', 'available', { configdrive: 'http://[::1]/c?x' }, 1],
    ['a config drive object', 'rebuild', 'active', { configdrive: { meta_data: {}, user_data: 'x' } }, 56],
    [
      'empty fields of other verbs',
      'provide',
      'manageable',
      { clean_steps: [], deploy_steps: [], configdrive: '', rescue_password: null },
      4,
    ],
    ['clean steps with an order', 'clean', 'manageable', { clean_steps: [{ ...step, order: 1 }] }, 15],
  ] as const)('%s is accepted', (_name, target, state, body, apiMinor) => {
    expect(ask(target, state, { body, apiMinor }).kind).toBe('transition');
  });

  test('steps and a runbook exclude each other', () => {
    const runbook = { kind: 'runbook', steps: [step], disableRamdisk: false } as const;
    const decision = ask('clean', 'manageable', { body: { clean_steps: [step], runbook: 'x' }, runbook });
    expect(decision).toMatchObject({ text: 'Please provide either "clean_steps" or a runbook, but not both.' });
  });

  test('why a runbook may not be used is what the client reads', () => {
    const runbook = { kind: 'refused', status: 400, code: 'ClientSideError', text: 'not approved' } as const;
    expect(ask('clean', 'manageable', { body: { runbook: 'x' }, runbook })).toEqual(runbook);
  });
});
