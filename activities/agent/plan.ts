import {
  cleanPlan,
  deployPlan,
  driverDeploySteps,
  driverStepsOf,
  namedPlan,
  type RunnableStep,
} from '#domain/driver-steps.js';
import { NodeInvalid } from '#domain/errors.js';
import { supportedSteps, validateSteps, type PriorityOverrides, type Step } from '#domain/steps.js';
import { stepFromWire } from '#domain/step-wire.js';
import type { JsonObject } from '../json.js';
import type { NodeContext } from '../node-context.js';
import { namedFlowOf, steppingInterfaces, templateStepsOf, userStepsOf } from '../user-steps.js';
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
 * The plan of the operation now that the agent's steps are known: a deploy merges them with the driver's, the
 * templates' and the user's, an automated cleaning takes every enabled one, a manual cleaning and servicing run the
 * user's in the order given.
 * @throws NodeInvalid when the user asked for steps that cannot run
 */
export function planWith(
  context: NodeContext,
  agentSteps: readonly Step[],
  cleanPriorities: PriorityOverrides | undefined,
): RunnableStep[] {
  const { node, type, uuid, operation } = context;
  const interfaces = steppingInterfaces(node);
  const userSteps = userStepsOf(operation);
  const { flow } = stepKindOf(type);
  const driverSteps = flow === 'deploy' ? driverDeploySteps(interfaces) : driverStepsOf(flow, interfaces);
  const errors = validateSteps(userSteps, supportedSteps(driverSteps, agentSteps), flow);
  if (errors.length > 0) {
    throw new NodeInvalid(`Validation of the ${flow} steps of node ${uuid} failed: ${errors.join('; ')}`, {
      hint: `correct the ${flow} steps of the request`,
    });
  }
  if (flow === 'deploy') return deployPlan(interfaces, agentSteps, userSteps, templateStepsOf(operation));
  const named = namedFlowOf(operation);
  return named
    ? namedPlan(named, interfaces, agentSteps, userSteps)
    : cleanPlan(interfaces, agentSteps, cleanPriorities);
}
