import { userStepInterfaces, type Step, type StepArgument, type StepFlow, type UserStep } from './steps.js';

/** The outcome of reading a client's steps. */
export type ParsedSteps =
  { readonly ok: true; readonly steps: readonly UserStep[] } | { readonly ok: false; readonly text: string };

/** Reads a client's list of steps in its wire form (snake_case), or says what is wrong with it (Ironic's step schemas). */
export function parseUserSteps(raw: unknown, flow: StepFlow): ParsedSteps {
  if (!Array.isArray(raw)) return { ok: false, text: `Invalid ${flow}_steps: a list is expected` };
  const steps: UserStep[] = [];
  for (const [index, item] of raw.entries()) {
    const parsed = parseUserStep(item, flow);
    if (typeof parsed === 'string') return { ok: false, text: `Invalid ${flow}_steps: step ${index + 1} ${parsed}` };
    steps.push(parsed);
  }
  return { ok: true, steps };
}

const deployStepKeys = ['interface', 'step', 'args', 'priority'];
const otherStepKeys = ['interface', 'step', 'args', 'order', 'execute_on_child_nodes', 'limit_child_node_execution'];

function parseUserStep(item: unknown, flow: StepFlow): UserStep | string {
  if (!isRecord(item)) return 'is not an object';
  const known = flow === 'deploy' ? deployStepKeys : otherStepKeys;
  const unexpected = Object.keys(item).find((key) => !known.includes(key));
  if (unexpected !== undefined) return `has the unexpected key '${unexpected}'`;
  const required = flow === 'deploy' ? deployStepKeys : ['interface', 'step'];
  const missing = required.find((key) => item[key] === undefined);
  if (missing !== undefined) return `has no '${missing}'`;

  const { interface: name, step, args, priority, order } = item;
  if (typeof name !== 'string' || !userStepInterfaces.includes(name)) {
    return `has an 'interface' that is none of ${userStepInterfaces.join(', ')}`;
  }
  if (typeof step !== 'string' || step === '') return `has a 'step' that is not a name`;
  if (args !== undefined && !isRecord(args)) return `has 'args' that are not an object`;
  const rank = parseCount(priority);
  if (priority !== undefined && rank === undefined) return `has a 'priority' that is not a number of 0 or more`;
  if (order !== undefined && parseCount(order) === undefined) return `has an 'order' that is not a number of 0 or more`;
  const children = parseChildren(item);
  if (typeof children === 'string') return children;
  return {
    interface: name,
    step,
    ...(args === undefined ? {} : { args }),
    ...(rank === undefined ? {} : { priority: rank }),
    ...children,
  };
}

function parseChildren(item: Readonly<Record<string, unknown>>): Partial<UserStep> | string {
  const { execute_on_child_nodes: execute, limit_child_node_execution: limit } = item;
  if (execute !== undefined && typeof execute !== 'boolean')
    return `has 'execute_on_child_nodes' that is not a boolean`;
  if (limit !== undefined && !(Array.isArray(limit) && limit.every((uuid) => typeof uuid === 'string'))) {
    return `has 'limit_child_node_execution' that is not a list of uuids`;
  }
  return {
    ...(execute === undefined ? {} : { executeOnChildNodes: execute }),
    ...(limit === undefined ? {} : { limitChildNodeExecution: limit }),
  };
}

function parseCount(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 ? value : undefined;
  return typeof value === 'string' && /^[0-9]+$/.test(value) ? Number(value) : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A step as the agent and the API know it (snake_case), for node.clean_step and the agent's commands. */
export function stepToWire(step: Step): Record<string, unknown> {
  return {
    interface: step.interface,
    step: step.step,
    priority: step.priority,
    ...(step.args === undefined ? {} : { args: step.args }),
    ...(step.abortable === undefined ? {} : { abortable: step.abortable }),
    ...(step.argsinfo === undefined ? {} : { argsinfo: step.argsinfo }),
    ...(step.requiresRamdisk === undefined ? {} : { requires_ramdisk: step.requiresRamdisk }),
    ...(step.rebootRequested === undefined ? {} : { reboot_requested: step.rebootRequested }),
  };
}

/**
 * Reads one step that the agent reports (get_clean_steps and the like); undefined when interface, step or priority is
 * missing, which Ironic takes for a broken agent.
 */
export function stepFromWire(raw: unknown): Step | undefined {
  if (!isRecord(raw)) return undefined;
  const { interface: name, step, priority, args, abortable, argsinfo } = raw;
  if (typeof name !== 'string' || typeof step !== 'string' || typeof priority !== 'number') return undefined;
  const { requires_ramdisk: requiresRamdisk, reboot_requested: rebootRequested } = raw;
  return {
    interface: name,
    step,
    priority,
    ...(isRecord(args) ? { args } : {}),
    ...(typeof abortable === 'boolean' ? { abortable } : {}),
    ...(isRecord(argsinfo) ? { argsinfo: readArgsinfo(argsinfo) } : {}),
    ...(typeof requiresRamdisk === 'boolean' ? { requiresRamdisk } : {}),
    ...(typeof rebootRequested === 'boolean' ? { rebootRequested } : {}),
  };
}

function readArgsinfo(raw: Readonly<Record<string, unknown>>): Record<string, StepArgument> {
  return Object.fromEntries(
    Object.entries(raw).map(([name, info]) => {
      const { description, required } = isRecord(info) ? info : {};
      return [
        name,
        {
          ...(typeof description === 'string' ? { description } : {}),
          ...(typeof required === 'boolean' ? { required } : {}),
        },
      ];
    }),
  );
}
