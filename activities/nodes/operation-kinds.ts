import type { OperationType } from '#domain/operations.js';
import type { Prisma } from '#database/generated/client.js';

/** How an operation that runs steps shows them: the node's field, and Ironic's names in history. */
export interface SteppedKind {
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
  historyStart: 'deployment_start',
  historyEnd: 'deployment_end',
  startText: (plan) => `Starting deployment with steps=${plan}`,
  endText: (plan) => `Deployment completed successfully with steps=${plan}`,
  stepUpdate: (deployStep) => ({ deployStep }),
  planKey: 'deploy_steps',
  indexKey: 'deploy_step_index',
};

const cleaning: SteppedKind = {
  historyStart: 'automated_cleaning_start',
  historyEnd: 'automated_cleaning_end',
  startText: (plan) => `Starting automated cleaning with steps=${plan}`,
  // Ironic has wiped the list before it writes this row (observed on 39.0.0).
  endText: () => 'Automated Cleaning completed successfully with steps=[]',
  stepUpdate: (cleanStep) => ({ cleanStep }),
  planKey: 'clean_steps',
  indexKey: 'clean_step_index',
};

/** How the steps of this operation are shown; undefined for operations without steps. */
export function steppedKindOf(type: OperationType): SteppedKind | undefined {
  switch (type) {
    case 'deploy':
    case 'rebuild':
      return deploying;
    case 'clean':
    case 'teardown':
      return cleaning;
    case 'verify':
    case 'inspect':
    case 'adopt':
    case 'rescue':
    case 'unrescue':
    case 'service':
    case 'power':
      return undefined;
  }
}
