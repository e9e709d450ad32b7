import type { OperationType } from '#domain/operations.js';
import type { Node, Prisma } from '#database/generated/client.js';

/** How an operation that runs steps shows them: the node's field, and Ironic's names in history. */
export interface SteppedKind {
  readonly historyStart: string;
  readonly historyEnd: string;
  readonly startText: (plan: string) => string;
  readonly endText: (plan: string) => string;
  readonly stepUpdate: (step: Prisma.InputJsonObject) => Prisma.NodeUpdateInput;
  /** driver_internal_info keys that Ironic leaves behind as null. */
  readonly leftNull: string;
}

const deploying: SteppedKind = {
  historyStart: 'deployment_start',
  historyEnd: 'deployment_end',
  startText: (plan) => `Starting deployment with steps=${plan}`,
  endText: (plan) => `Deployment completed successfully with steps=${plan}`,
  stepUpdate: (deployStep) => ({ deployStep }),
  leftNull: 'deploy_steps',
};

const cleaning: SteppedKind = {
  historyStart: 'automated_cleaning_start',
  historyEnd: 'automated_cleaning_end',
  startText: (plan) => `Starting automated cleaning with steps=${plan}`,
  // Ironic has wiped the list before it writes this row (observed on 39.0.0).
  endText: () => 'Automated Cleaning completed successfully with steps=[]',
  stepUpdate: (cleanStep) => ({ cleanStep }),
  leftNull: 'clean_steps',
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

/** driver_internal_info with one key set to null, as Ironic leaves it after steps have run. */
export function withNull(node: Node, key: string): Prisma.InputJsonObject {
  const info = node.driverInternalInfo;
  const present = info !== null && typeof info === 'object' && !Array.isArray(info) ? info : {};
  return { ...(present as Prisma.InputJsonObject), [key]: null };
}
