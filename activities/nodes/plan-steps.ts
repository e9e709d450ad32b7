import {
  bootsRamdisk,
  checkNamedSteps,
  cleanPlan,
  deployPlan,
  namedPlan,
  type RunnableStep,
} from '#domain/driver-steps.js';
import type { PriorityOverrides } from '#domain/steps.js';
import type { Transaction } from '#database/client.js';
import type { Node, Operation, Prisma } from '#database/generated/client.js';
import type { NodeSettings } from './deps.js';
import { namedFlowOf, ramdiskDisabled, steppingInterfaces, templateStepsOf, userStepsOf } from '../user-steps.js';

/** What can be said of an operation's steps before any ramdisk runs; see Begun of the contract. */
export interface StepsKnown {
  readonly named: boolean;
  readonly withoutRamdisk: boolean;
  readonly stepsProblem: string | null;
}

/** Looks at the steps that the client named with what the node's own interfaces offer. */
export function stepsKnown(node: Node, operation: Operation): StepsKnown {
  const flow = namedFlowOf(operation);
  if (!flow) return { named: false, withoutRamdisk: false, stepsProblem: null };
  const disableRamdisk = ramdiskDisabled(operation);
  const interfaces = steppingInterfaces(node);
  const { errors, withoutRamdisk } = checkNamedSteps(flow, interfaces, userStepsOf(operation), { disableRamdisk });
  const problem = `Cannot ${flow} node ${node.uuid}: ${errors.join('; ')}`;
  return { named: true, withoutRamdisk, stepsProblem: errors.length === 0 ? null : problem };
}

/** Writes the plan as far as it can be made now; a ramdisk brings its own steps, and then it is frozen at its first heartbeat. */
export async function planSteps(
  tx: Transaction,
  node: Node,
  operation: Operation,
  { cleanPriorities }: NodeSettings,
): Promise<void> {
  const steps = plannedSteps(node, operation, cleanPriorities);
  await tx.operationStep.createMany({ data: steps.map((step, index) => stepRow(operation.id, index, step)) });
}

function plannedSteps(
  node: Node,
  operation: Operation,
  cleanPriorities: PriorityOverrides | undefined,
): readonly RunnableStep[] {
  const interfaces = steppingInterfaces(node);
  if (operation.type === 'deploy' || operation.type === 'rebuild') {
    return deployPlan(interfaces, [], userStepsOf(operation), templateStepsOf(operation));
  }
  const flow = namedFlowOf(operation);
  if (flow) {
    const { withoutRamdisk, stepsProblem } = stepsKnown(node, operation);
    if (stepsProblem !== null || !withoutRamdisk) return [];
    return namedPlan(flow, interfaces, [], userStepsOf(operation));
  }
  if (operation.type !== 'clean' && operation.type !== 'teardown') return [];
  return bootsRamdisk(node.deployInterface) ? [] : cleanPlan(interfaces, [], cleanPriorities);
}

/** The row of a planned step. */
export function stepRow(operationId: string, index: number, step: RunnableStep): Prisma.OperationStepCreateManyInput {
  return {
    operationId,
    index,
    interface: step.interface,
    step: step.step,
    priority: step.priority,
    // Came as JSON, from the request or the agent.
    args: JSON.parse(JSON.stringify(step.args ?? {})) as Prisma.InputJsonObject,
    runner: step.runner,
    abortable: step.abortable ?? false,
    rebootRequested: step.rebootRequested ?? false,
  };
}
