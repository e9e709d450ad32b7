/** Which list a step belongs to. */
export type StepFlow = 'clean' | 'deploy' | 'service' | 'verify';

/** What is known of one argument of a step. */
export interface StepArgument {
  readonly description?: string;
  readonly required?: boolean;
}

/** One step that an interface or the agent offers, or that a plan contains. */
export interface Step {
  readonly interface: string;
  readonly step: string;
  /** 0 is never automatic; higher runs first. */
  readonly priority: number;
  readonly args?: Readonly<Record<string, unknown>>;
  /** An abort may end it at once; otherwise the abort waits until it has ended. */
  readonly abortable?: boolean;
  /** Needs the ramdisk; absent means yes (Ironic conductor/steps.py). */
  readonly requiresRamdisk?: boolean;
  /** The machine has to be rebooted into a fresh ramdisk when the step has ended. */
  readonly rebootRequested?: boolean;
  readonly argsinfo?: Readonly<Record<string, StepArgument>>;
}

/** One step that a client asks for, by request, deploy template or runbook. */
export interface UserStep {
  readonly interface: string;
  readonly step: string;
  readonly args?: Readonly<Record<string, unknown>>;
  /** Deploy steps only. */
  readonly priority?: number;
  /** Run the step on the children of the node instead. */
  readonly executeOnChildNodes?: boolean;
  /** Uuids of the only children to run it on. */
  readonly limitChildNodeExecution?: readonly string[];
}

const cleanOrder = { vendor: 7, power: 6, management: 5, firmware: 4, deploy: 3, bios: 2, raid: 1 } as const;

/** Tie-break between steps of equal priority: the interface with the higher number goes first (Ironic conductor/steps.py). */
export const interfaceOrder = {
  clean: cleanOrder,
  deploy: cleanOrder,
  service: { network: 8, ...cleanOrder },
  verify: {
    power: 13,
    management: 12,
    firmware: 11,
    inspect: 10,
    deploy: 9,
    boot: 8,
    bios: 7,
    raid: 6,
    vendor: 5,
    network: 4,
    storage: 3,
    console: 2,
    rescue: 1,
  },
} as const satisfies Record<StepFlow, Readonly<Record<string, number>>>;

/** Interfaces that a client may name in a step (the same in every flow; Ironic api/controllers/v1/node.py). */
export const userStepInterfaces: readonly string[] = Object.keys(cleanOrder);

/** Step names that Temper carries out itself, whatever the interface: power actions, a hold, a timed wait. */
export const reservedSteps = {
  power_on: { powerTarget: 'power on' },
  power_off: { powerTarget: 'power off' },
  reboot: { powerTarget: 'rebooting' },
  hold: {},
  wait: {},
} as const;

/** Name of a reserved step. */
export type ReservedStep = keyof typeof reservedSteps;

/** Is this name carried out by Temper itself rather than by an interface or the agent? */
export function isReservedStep(name: string): name is ReservedStep {
  return Object.hasOwn(reservedSteps, name);
}

/** Steps that nobody may run unless the operator allows it (`[api]disallow_*_steps`, Ironic's defaults). */
export const disallowedSteps: readonly string[] = ['vendor.send_raw'];

/** `interface.step`, the name under which options and plans know a step. */
export function stepId(step: { readonly interface: string; readonly step: string }): string {
  return `${step.interface}.${step.step}`;
}

function rank(flow: StepFlow, name: string): number {
  const order: Readonly<Record<string, number>> = interfaceOrder[flow];
  return order[name] ?? 0;
}

/** A sorted copy: highest priority first, ties by interface, equals in the order given. */
export function orderSteps<S extends Pick<Step, 'interface' | 'priority'>>(steps: readonly S[], flow: StepFlow): S[] {
  return steps.toSorted((a, b) => b.priority - a.priority || rank(flow, b.interface) - rank(flow, a.interface));
}

/** New priorities by step id; undefined leaves a step as it is (`[deploy]erase_devices_priority` and the like). */
export type PriorityOverrides = Readonly<Record<string, number | undefined>>;

/** A copy with priorities replaced (Ironic `clean_step_priority_override`). 0 switches a step off. */
export function overridePriorities(steps: readonly Step[], overrides: PriorityOverrides): Step[] {
  return steps.map((step) => {
    const priority = overrides[stepId(step)];
    return priority === undefined ? step : { ...step, priority };
  });
}

/** Driver's steps plus those of the agent that no driver step of the same id shadows (Ironic drivers/modules/agent.py). */
export function supportedSteps(driverSteps: readonly Step[], agentSteps: readonly Step[]): Step[] {
  const known = new Set(driverSteps.map(stepId));
  return [...driverSteps, ...agentSteps.filter((step) => !known.has(stepId(step)))];
}

/** Leaves out what the operator has disallowed; for plans that no user asked for. */
export function withoutDisallowed<S extends Pick<Step, 'interface' | 'step'>>(
  steps: readonly S[],
  disallowed: readonly string[] = disallowedSteps,
): S[] {
  return steps.filter((step) => !disallowed.includes(stepId(step)));
}

/** What shapes a plan besides the steps themselves. */
export interface PlanOptions {
  readonly overrides?: PriorityOverrides;
  readonly disallowed?: readonly string[];
}

/** The plan of automated cleaning (or of verification): every enabled step, in order. */
export function automatedSteps(
  driverSteps: readonly Step[],
  agentSteps: readonly Step[],
  flow: StepFlow,
  { overrides = {}, disallowed = disallowedSteps }: PlanOptions = {},
): Step[] {
  const all = overridePriorities(supportedSteps(driverSteps, agentSteps), overrides);
  return orderSteps(
    withoutDisallowed(all, disallowed).filter((step) => step.priority > 0),
    flow,
  );
}

/**
 * The plan of a deployment: the enabled steps of driver and agent, replaced by the user's of the same id (or switched
 * off by a user's priority 0); the request beats templates (Ironic conductor/steps.py _get_all_deployment_steps).
 * Validate the user's steps before.
 */
export function mergeDeploySteps(
  driverSteps: readonly Step[],
  agentSteps: readonly Step[],
  userSteps: readonly UserStep[],
  { templateSteps = [], disallowed = disallowedSteps }: { templateSteps?: readonly UserStep[] } & PlanOptions = {},
): Step[] {
  const supported = supportedSteps(driverSteps, agentSteps);
  const requested = new Set(userSteps.map(stepId));
  const wanted = [...userSteps, ...templateSteps.filter((step) => !requested.has(stepId(step)))];
  const wantedIds = new Set(wanted.map(stepId));
  const kept = supported.filter((step) => step.priority > 0 && !wantedIds.has(stepId(step)));
  const added = wanted
    .filter((step) => (step.priority ?? 0) > 0)
    .map((step) => completed(step, supported, step.priority));
  return orderSteps(withoutDisallowed([...kept, ...added], disallowed), 'deploy');
}

/** The plan of manual cleaning or servicing: the user's steps in the order given, with what the driver knows of them. */
export function planUserSteps(userSteps: readonly UserStep[], supported: readonly Step[]): Step[] {
  return userSteps.map((step) => completed(step, supported, undefined));
}

function completed(user: UserStep, supported: readonly Step[], priority: number | undefined): Step {
  const known = supported.find((step) => stepId(step) === stepId(user));
  return {
    ...known,
    ...user,
    priority: priority ?? known?.priority ?? 0,
    abortable: known?.abortable ?? false,
  };
}

/** Can every step run without booting the ramdisk? Then manual cleaning and servicing do not boot it. */
export function allRunWithoutRamdisk(userSteps: readonly UserStep[], supported: readonly Step[]): boolean {
  return userSteps.every((user) => {
    if (user.executeOnChildNodes === true || isReservedStep(user.step)) return true;
    const known = supported.find((step) => stepId(step) === stepId(user));
    return known?.requiresRamdisk === false;
  });
}

/** The first step that the operator has disallowed, in Ironic's words; undefined when all may run. */
export function disallowedStepText(
  userSteps: readonly UserStep[],
  flow: StepFlow,
  disallowed: readonly string[] = disallowedSteps,
): string | undefined {
  const found = userSteps.map(stepId).find((id) => disallowed.includes(id));
  if (found === undefined) return undefined;
  return `${flow} step '${found}' is not allowed. Disallowed by operator configuration [api]disallow_${flow}_steps.`;
}

/** How strictly a user's steps are checked against the supported ones. */
export interface ValidateStepsOptions {
  /** Unknown steps may still turn up with the agent's: say nothing about them yet. */
  readonly skipMissing?: boolean;
  /** The ramdisk must not be booted: steps that need it are errors. */
  readonly disableRamdisk?: boolean;
}

/** What is wrong with a user's steps, one text each; empty when they can run (Ironic _validate_user_steps). */
export function validateSteps(
  userSteps: readonly UserStep[],
  supported: readonly Step[],
  flow: StepFlow,
  { skipMissing = false, disableRamdisk = false }: ValidateStepsOptions = {},
): string[] {
  const errors: string[] = [];
  const seen: string[] = [];
  for (const user of userSteps) {
    if (user.executeOnChildNodes === true || isReservedStep(user.step)) continue;
    const known = supported.find((step) => stepId(step) === stepId(user));
    if (!known) {
      if (!skipMissing) errors.push(`node does not support this ${flow} step: ${stepId(user)}`);
      continue;
    }
    seen.push(stepId(user));
    errors.push(...errorsOfStep(user, known, flow, disableRamdisk));
  }
  const duplicates = new Set(seen.filter((id, index) => seen.indexOf(id) !== index));
  if (flow === 'deploy' && duplicates.size > 0) {
    errors.push(`deploy steps cannot have the same interface and step twice: ${[...duplicates].join(', ')}`);
  }
  return errors;
}

function errorsOfStep(user: UserStep, known: Step, flow: StepFlow, disableRamdisk: boolean): string[] {
  const errors: string[] = [];
  const id = stepId(user);
  const argsinfo = known.argsinfo ?? {};
  const given = user.args ?? {};
  const unexpected = Object.keys(given).filter((name) => !Object.hasOwn(argsinfo, name));
  if (unexpected.length > 0) errors.push(`${flow} step ${id} has these unexpected arguments: ${unexpected.join(', ')}`);
  if (flow === 'deploy' && (user.priority ?? 0) === 0) return errors;

  const missing = Object.entries(argsinfo)
    .filter(([name, info]) => info.required === true && !Object.hasOwn(given, name))
    .map(([name, info]) => (info.description ? `${name} (${info.description})` : name));
  if (missing.length > 0) errors.push(`${flow} step ${id} is missing these required arguments: ${missing.join(', ')}`);
  if (disableRamdisk && known.requiresRamdisk !== false) errors.push(`${flow} step ${id} requires booting a ramdisk`);
  if (flow === 'deploy' && isCoreStep(known)) {
    errors.push(
      `deploy step ${user.step} on interface ${user.interface} is a core step and cannot be overridden by user steps. ` +
        'It may be disabled by setting the priority to 0',
    );
  }
  return errors;
}

/** Is it the deploy interface's own `deploy` step, which users may only switch off? */
export function isCoreStep(step: { readonly interface: string; readonly step: string }): boolean {
  return stepId(step) === 'deploy.deploy';
}
