import {
  allRunWithoutRamdisk,
  automatedSteps,
  isReservedStep,
  mergeDeploySteps,
  planUserSteps,
  stepId,
  supportedSteps,
  validateSteps,
  type PriorityOverrides,
  type Step,
  type StepArgument,
  type UserStep,
} from './steps.js';

/** Who carries a step out: the flow itself, or the agent in the ramdisk. */
export type StepRunner = 'service' | 'agent';

/** The interfaces of a node that bring steps of their own. */
export interface SteppingInterfaces {
  readonly deploy: string;
  readonly vendor: string;
  readonly bios: string;
  readonly firmware: string;
}

/** Work whose steps a client may name in the order in which they run. */
export type NamedFlow = 'clean' | 'service';

/** A step of a plan, with who runs it. */
export interface RunnableStep extends Step {
  readonly runner: StepRunner;
}

const own = (step: string, priority: number): Step => ({ interface: 'deploy', step, priority, abortable: true });

/** Deploy steps of the deploy interfaces (Ironic drivers/modules/{agent,ramdisk,fake}.py). */
const deployStepsOf: Readonly<Record<string, readonly Step[]>> = {
  direct: [
    own('deploy', 100),
    own('write_image', 80),
    own('prepare_instance_boot', 60),
    own('tear_down_agent', 40),
    own('switch_to_tenant_network', 30),
    own('boot_instance', 20),
  ],
  ramdisk: [own('deploy', 100)],
  fake: [own('deploy', 100)],
};

function offered(name: string, step: string, more: Partial<Step> = {}): Step {
  return { interface: name, step, priority: 0, abortable: false, requiresRamdisk: true, ...more };
}

const settings = (what: string): Readonly<Record<string, StepArgument>> => ({
  settings: {
    description: `List of ${what}, each item needs to contain a dictionary with name/value pairs`,
    required: true,
  },
});

/**
 * Clean steps of the interfaces themselves; the agent's come with its first heartbeat (Ironic drivers/modules/fake.py).
 * Those of the fakes need no ramdisk in truth; Ironic asks for one all the same.
 */
const cleanStepsOf: Readonly<Record<string, readonly Step[]>> = {
  'bios fake': [
    offered('bios', 'apply_configuration', { argsinfo: settings('BIOS settings') }),
    offered('bios', 'cache_bios_settings'),
    offered('bios', 'factory_reset'),
  ],
  'firmware fake': [offered('firmware', 'update', { argsinfo: settings('Firmware components') })],
  'vendor fake': [offered('vendor', 'log_passthrough', { priority: 1 })],
};

/** Service steps of the interfaces themselves (Ironic drivers/modules/fake.py FakeVendorB). */
const serviceStepsOf: Readonly<Record<string, readonly Step[]>> = {
  'vendor fake': [
    offered('vendor', 'log_passthrough', { requiresRamdisk: false }),
    offered('vendor', 'trigger_servicewait'),
  ],
};

/** Steps that the driver offers but the agent executes. */
const proxied = new Set(['deploy.write_image']);

/** The deploy steps that the node's own interfaces offer. */
export function driverDeploySteps(interfaces: Pick<SteppingInterfaces, 'deploy'>): readonly Step[] {
  return deployStepsOf[interfaces.deploy] ?? [];
}

/** The clean steps that the node's own interfaces offer. */
export function driverCleanSteps(interfaces: SteppingInterfaces): readonly Step[] {
  return offeredBy(cleanStepsOf, interfaces);
}

/** The service steps that the node's own interfaces offer. */
export function driverServiceSteps(interfaces: SteppingInterfaces): readonly Step[] {
  return offeredBy(serviceStepsOf, interfaces);
}

function offeredBy(table: Readonly<Record<string, readonly Step[]>>, interfaces: SteppingInterfaces): readonly Step[] {
  return (['vendor', 'firmware', 'deploy', 'bios'] as const).flatMap(
    (name) => table[`${name} ${interfaces[name]}`] ?? [],
  );
}

/**
 * The steps that the node's own interfaces offer to a client who names them. Servicing takes those of cleaning too:
 * Ironic calls whatever method of the interface has the name.
 */
export function driverStepsOf(flow: NamedFlow, interfaces: SteppingInterfaces): readonly Step[] {
  const clean = driverCleanSteps(interfaces);
  return flow === 'clean' ? clean : supportedSteps(driverServiceSteps(interfaces), clean);
}

/** Does cleaning and deploying with this deploy interface boot the ramdisk? */
export function bootsRamdisk(deployInterface: string): boolean {
  return deployInterface === 'direct';
}

/**
 * The plan of a deployment in the order in which it runs. The same inputs give the same plan, so it may be made twice.
 * @param templateSteps of the deploy templates that the instance's traits name; the request's beat them
 */
export function deployPlan(
  interfaces: SteppingInterfaces,
  agentSteps: readonly Step[],
  userSteps: readonly UserStep[],
  templateSteps: readonly UserStep[] = [],
): RunnableStep[] {
  const driver = driverDeploySteps(interfaces);
  // A client may name what the interfaces offer to servicing: Ironic calls whatever method has the name.
  const callable = supportedSteps(driver, driverStepsOf('service', interfaces));
  return mergeDeploySteps(driver, agentSteps, userSteps, { templateSteps }).map((step) => withRunner(step, callable));
}

/** The plan of automated cleaning: every enabled step of driver and agent, with the operator's priorities. */
export function cleanPlan(
  interfaces: SteppingInterfaces,
  agentSteps: readonly Step[],
  overrides: PriorityOverrides = {},
): RunnableStep[] {
  const driver = driverCleanSteps(interfaces);
  return automatedSteps(driver, agentSteps, 'clean', { overrides }).map((step) => withRunner(step, driver));
}

/** The plan of manual cleaning or of servicing: the client's steps in the order given. Check them with {@link checkNamedSteps} before. */
export function namedPlan(
  flow: NamedFlow,
  interfaces: SteppingInterfaces,
  agentSteps: readonly Step[],
  userSteps: readonly UserStep[],
): RunnableStep[] {
  const driver = driverStepsOf(flow, interfaces);
  return planUserSteps(userSteps, supportedSteps(driver, agentSteps)).map((step) => withRunner(step, driver));
}

/** What is known of steps before any ramdisk runs. */
export interface EarlyCheck {
  /** Why they cannot run, one text each. */
  readonly errors: readonly string[];
  /** They run without the ramdisk, because none of them needs it or because the client said so. */
  readonly withoutRamdisk: boolean;
}

/**
 * Looks at named steps with what the node's own interfaces offer. Steps that they do not know may still be the agent's,
 * unless there will be none.
 */
export function checkNamedSteps(
  flow: NamedFlow,
  interfaces: SteppingInterfaces,
  userSteps: readonly UserStep[],
  { disableRamdisk }: { readonly disableRamdisk: boolean },
): EarlyCheck {
  const driver = driverStepsOf(flow, interfaces);
  const noAgent = disableRamdisk || !bootsRamdisk(interfaces.deploy);
  const errors = validateSteps(userSteps, driver, flow, { disableRamdisk, skipMissing: !noAgent });
  return { errors, withoutRamdisk: noAgent || allRunWithoutRamdisk(userSteps, driver) };
}

function withRunner(step: Step, driverSteps: readonly Step[]): RunnableStep {
  if (isReservedStep(step.step)) return { ...step, runner: 'service', abortable: step.abortable || isPause(step) };
  if (runsOnChildren(step)) return { ...step, runner: 'service' };
  const ours = driverSteps.some((known) => stepId(known) === stepId(step)) && !proxied.has(stepId(step));
  return { ...step, runner: ours ? 'service' : 'agent' };
}

/** A named step keeps what its client said of child nodes. */
function runsOnChildren(step: Step & Pick<UserStep, 'executeOnChildNodes'>): boolean {
  return step.executeOnChildNodes === true;
}

/** A step in which nothing happens to the machine, so that an abort need not wait for its end. */
function isPause({ step }: Pick<Step, 'step'>): boolean {
  return step === 'hold' || step === 'wait';
}
