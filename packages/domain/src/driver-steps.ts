import { automatedSteps, mergeDeploySteps, stepId, type Step, type UserStep } from './steps.js';

/** Who carries a step out: the flow itself, or the agent in the ramdisk. */
export type StepRunner = 'service' | 'agent';

/** The interfaces of a node that bring steps of their own. */
export interface SteppingInterfaces {
  readonly deploy: string;
  readonly vendor: string;
}

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

/** Clean steps of the interfaces themselves; the agent's come with its first heartbeat (Ironic drivers/modules/fake.py). */
const cleanStepsOf: Readonly<Record<string, readonly Step[]>> = {
  'vendor fake': [{ interface: 'vendor', step: 'log_passthrough', priority: 1, abortable: false }],
};

/** Steps that the driver offers but the agent executes. */
const proxied = new Set(['deploy.write_image']);

/** The deploy steps that the node's own interfaces offer. */
export function driverDeploySteps(interfaces: SteppingInterfaces): readonly Step[] {
  return deployStepsOf[interfaces.deploy] ?? [];
}

/** The clean steps that the node's own interfaces offer. */
export function driverCleanSteps(interfaces: SteppingInterfaces): readonly Step[] {
  return cleanStepsOf[`vendor ${interfaces.vendor}`] ?? [];
}

/** Does cleaning and deploying with this deploy interface boot the ramdisk? */
export function bootsRamdisk(deployInterface: string): boolean {
  return deployInterface === 'direct';
}

/** The plan of a deployment in the order in which it runs. The same inputs give the same plan, so it may be made twice. */
export function deployPlan(
  interfaces: SteppingInterfaces,
  agentSteps: readonly Step[],
  userSteps: readonly UserStep[],
): RunnableStep[] {
  const driver = driverDeploySteps(interfaces);
  return mergeDeploySteps(driver, agentSteps, userSteps).map((step) => withRunner(step, driver));
}

/** The plan of automated cleaning: every enabled step of driver and agent. */
export function cleanPlan(interfaces: SteppingInterfaces, agentSteps: readonly Step[]): RunnableStep[] {
  const driver = driverCleanSteps(interfaces);
  return automatedSteps(driver, agentSteps, 'clean').map((step) => withRunner(step, driver));
}

function withRunner(step: Step, driverSteps: readonly Step[]): RunnableStep {
  const ours = driverSteps.some((known) => stepId(known) === stepId(step)) && !proxied.has(stepId(step));
  return { ...step, runner: ours ? 'service' : 'agent' };
}
