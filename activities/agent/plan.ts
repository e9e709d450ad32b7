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
import { stepFromWire } from '#domain/step-wire.js';
import { jsonObject, textOf, type JsonObject } from '../json.js';
import type { NodeContext } from '../node-context.js';
import { stepKindOf } from './step-kind.js';

/** The answer of get_*_steps: per hardware manager a list of steps. Throws what `invalid` makes of a broken one. */
export function agentStepsOf(byManager: JsonObject, invalid: (text: string) => Error): Step[] {
  return Object.values(byManager)
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .map((item: unknown) => {
      const step = stepFromWire(item);
      if (!step) throw invalid(`a step lacks its name, its interface or its priority: ${JSON.stringify(item)}`);
      return { ...step, requiresRamdisk: true };
    });
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
function userStepsOf({ operation, uuid }: NodeContext): UserStep[] {
  const steps = jsonObject(operation.plan)['userSteps'];
  if (!Array.isArray(steps)) return [];
  return steps.flatMap((item: unknown): UserStep[] => {
    const step = jsonObject(item);
    const name = textOf(step, 'step');
    const kind = textOf(step, 'interface');
    if (name === undefined || kind === undefined) return [];
    if (step['executeOnChildNodes'] === true) {
      throw new NodeInvalid(
        `Step ${kind}.${name} of node ${uuid} is to run on child nodes, which is not supported yet`,
        {
          hint: 'run it on the child nodes themselves',
        },
      );
    }
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
