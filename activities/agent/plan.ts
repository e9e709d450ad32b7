import { cleanPlan, deployPlan, driverCleanSteps, driverDeploySteps, type RunnableStep } from '#domain/driver-steps.js';
import { NodeInvalid } from '#domain/errors.js';
import {
  isReservedStep,
  planUserSteps,
  stepId,
  supportedSteps,
  validateSteps,
  type Step,
  type UserStep,
} from '#domain/steps.js';
import { isJsonObject, jsonObject, textOf, type JsonObject } from '../json.js';
import type { NodeContext } from '../node-context.js';
import { stepKindOf } from './step-kind.js';

/** The answer of get_*_steps: per hardware manager a list of steps. @throws NodeInvalid-like text through `invalid` */
export function agentStepsOf(byManager: JsonObject, invalid: (text: string) => Error): Step[] {
  return Object.values(byManager)
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .map((item: unknown) => stepOf(item, invalid));
}

function stepOf(item: unknown, invalid: (text: string) => Error): Step {
  const step = isJsonObject(item) ? item : {};
  const name = textOf(step, 'step');
  const kind = textOf(step, 'interface');
  const priority = step['priority'];
  if (name === undefined || kind === undefined || typeof priority !== 'number') {
    throw invalid(`a step lacks its name, its interface or its priority: ${JSON.stringify(item)}`);
  }
  return {
    interface: kind,
    step: name,
    priority,
    abortable: step['abortable'] === true,
    rebootRequested: step['reboot_requested'] === true,
    requiresRamdisk: true,
    argsinfo: argumentsOf(step['argsinfo']),
  };
}

function argumentsOf(argsinfo: unknown): NonNullable<Step['argsinfo']> {
  const entries = Object.entries(jsonObject(argsinfo)).map(([name, info]) => {
    const description = textOf(jsonObject(info), 'description');
    const facts = {
      required: jsonObject(info)['required'] === true,
      ...(description === undefined ? {} : { description }),
    };
    return [name, facts] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * The plan of the operation now that the agent's steps are known: a deploy merges them with the driver's and the
 * user's, an automated cleaning takes every enabled one, a manual cleaning runs the user's in the order given.
 * @throws NodeInvalid when the user asked for steps that cannot run
 */
export function planWith(context: NodeContext, agentSteps: readonly Step[]): RunnableStep[] {
  const { node, type, uuid } = context;
  const interfaces = { deploy: node.deployInterface, vendor: node.vendorInterface };
  const userSteps = userStepsOf(context);
  const { flow } = stepKindOf(type);
  const driverSteps = flow === 'deploy' ? driverDeploySteps(interfaces) : driverCleanSteps(interfaces);
  const supported = supportedSteps(driverSteps, agentSteps);
  const errors = validateSteps(userSteps, supported, flow);
  if (errors.length > 0) {
    throw new NodeInvalid(`Validation of the ${flow} steps of node ${uuid} failed: ${errors.join('; ')}`, {
      hint: `correct the ${flow} steps of the request`,
    });
  }
  if (flow === 'deploy') return deployPlan(interfaces, agentSteps, userSteps);
  if (userSteps.length === 0) return cleanPlan(interfaces, agentSteps);
  const own = new Set(driverSteps.map(stepId));
  return planUserSteps(userSteps, supported).map((step) => ({
    ...step,
    runner: own.has(stepId(step)) || isReservedStep(step.step) ? 'service' : 'agent',
  }));
}

/** Steps given with the verb (`userSteps` of the operation's plan); the API has checked their form. */
function userStepsOf({ operation }: NodeContext): UserStep[] {
  const steps = jsonObject(operation.plan)['userSteps'];
  if (!Array.isArray(steps)) return [];
  return steps.flatMap((item: unknown): UserStep[] => {
    const step = jsonObject(item);
    const name = textOf(step, 'step');
    const kind = textOf(step, 'interface');
    if (name === undefined || kind === undefined) return [];
    const priority = step['priority'];
    return [
      {
        interface: kind,
        step: name,
        args: jsonObject(step['args']),
        ...(typeof priority === 'number' ? { priority } : {}),
      },
    ];
  });
}
