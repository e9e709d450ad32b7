import { isOperationType } from '#domain/operations.js';
import type { StepFlow } from '#domain/steps.js';
import type { Operation, Prisma } from '#database/generated/client.js';
import { namedFlowOf } from '../user-steps.js';

/** How an operation that runs steps shows them: the node's field, and Ironic's names in history. */
export interface SteppedKind {
  readonly flow: StepFlow;
  /** The client named the steps: they are shown as they were given. */
  readonly named: boolean;
  readonly historyStart: string;
  readonly historyEnd: string;
  readonly startText: (plan: string) => string;
  readonly endText: (plan: string) => string;
  readonly stepUpdate: (step: Prisma.InputJsonObject) => Prisma.NodeUpdateInput;
  /** driver_internal_info key of the plan; Ironic leaves it behind as null. */
  readonly planKey: string;
  /** driver_internal_info key of the running step's index; gone when no step runs. */
  readonly indexKey: string;
}

const deploying: SteppedKind = {
  flow: 'deploy',
  named: false,
  historyStart: 'deployment_start',
  historyEnd: 'deployment_end',
  startText: (plan) => `Starting deployment with steps=${plan}`,
  endText: (plan) => `Deployment completed successfully with steps=${plan}`,
  stepUpdate: (deployStep) => ({ deployStep }),
  planKey: 'deploy_steps',
  indexKey: 'deploy_step_index',
};

const cleaning: SteppedKind = {
  flow: 'clean',
  named: false,
  historyStart: 'automated_cleaning_start',
  historyEnd: 'automated_cleaning_end',
  startText: (plan) => `Starting automated cleaning with steps=${plan}`,
  // Ironic has wiped the list before it writes this row (observed on 39.0.0).
  endText: () => 'Automated Cleaning completed successfully with steps=[]',
  stepUpdate: (cleanStep) => ({ cleanStep }),
  planKey: 'clean_steps',
  indexKey: 'clean_step_index',
};

const manualCleaning: SteppedKind = {
  ...cleaning,
  named: true,
  historyStart: 'manual_cleaning_start',
  historyEnd: 'manual_cleaning_end',
  startText: (plan) => `Starting manual cleaning with steps=${plan}`,
  endText: () => 'Manual Cleaning completed successfully with steps=[]',
};

const servicing: SteppedKind = {
  flow: 'service',
  named: true,
  historyStart: 'servicing_start',
  historyEnd: 'servicing_end',
  startText: (plan) => `Starting servicing with steps=${plan}`,
  endText: () => 'Servicing completed successfully with steps=[]',
  stepUpdate: (serviceStep) => ({ serviceStep }),
  planKey: 'service_steps',
  indexKey: 'service_step_index',
};

/** How the steps of this operation are shown; undefined for operations without steps. */
export function steppedKindOf(operation: Pick<Operation, 'type' | 'plan'>): SteppedKind | undefined {
  const { type } = operation;
  if (!isOperationType(type)) return undefined;
  switch (type) {
    case 'deploy':
    case 'rebuild':
      return deploying;
    case 'clean':
      return namedFlowOf(operation) === 'clean' ? manualCleaning : cleaning;
    case 'teardown':
      return cleaning;
    case 'service':
      return servicing;
    case 'verify':
    case 'inspect':
    case 'adopt':
    case 'rescue':
    case 'unrescue':
    case 'power':
      return undefined;
  }
}
