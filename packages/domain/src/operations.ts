/** What an operation row asks for; one workflow run carries out one operation. */
export type OperationType =
  | 'verify'
  | 'inspect'
  | 'clean'
  | 'deploy'
  | 'rebuild'
  | 'teardown'
  | 'adopt'
  | 'rescue'
  | 'unrescue'
  | 'service'
  | 'power';

/** Life of an operation row. `superseded`: a newer verb (deleted, service from hold) took its place. */
export type OperationStatus = 'pending' | 'running' | 'succeeded' | 'failed' | 'aborted' | 'superseded';

/** The two lanes of a node: at most one unfinished operation in each. */
export type OperationClass = 'provision' | 'power';

/** Name of a workflow function; it is also the workflow type on the wire. */
export type WorkflowType =
  'verify' | 'inspect' | 'clean' | 'deploy' | 'tearDown' | 'adopt' | 'rescue' | 'unrescue' | 'service' | 'power';

interface OperationFacts {
  readonly class: OperationClass;
  readonly workflowType: WorkflowType;
}

/** Lane and workflow of each operation type. Rebuild runs the deploy flow; tear-down goes on into cleaning itself. */
export const operationTypes = {
  verify: { class: 'provision', workflowType: 'verify' },
  inspect: { class: 'provision', workflowType: 'inspect' },
  clean: { class: 'provision', workflowType: 'clean' },
  deploy: { class: 'provision', workflowType: 'deploy' },
  rebuild: { class: 'provision', workflowType: 'deploy' },
  teardown: { class: 'provision', workflowType: 'tearDown' },
  adopt: { class: 'provision', workflowType: 'adopt' },
  rescue: { class: 'provision', workflowType: 'rescue' },
  unrescue: { class: 'provision', workflowType: 'unrescue' },
  service: { class: 'provision', workflowType: 'service' },
  power: { class: 'power', workflowType: 'power' },
} as const satisfies Record<OperationType, OperationFacts>;

/** Whether each status is an end: nothing changes the row afterwards. */
export const operationStatuses = {
  pending: { finished: false },
  running: { finished: false },
  succeeded: { finished: true },
  failed: { finished: true },
  aborted: { finished: true },
  superseded: { finished: true },
} as const satisfies Record<OperationStatus, { finished: boolean }>;

/** Is `value` an operation type? */
export function isOperationType(value: string): value is OperationType {
  return Object.hasOwn(operationTypes, value);
}

/** Is `value` an operation status? */
export function isOperationStatus(value: string): value is OperationStatus {
  return Object.hasOwn(operationStatuses, value);
}

/** Has the operation ended, one way or another? */
export function isFinished(status: OperationStatus): boolean {
  return operationStatuses[status].finished;
}

/** The lane an operation occupies. */
export function classOf(type: OperationType): OperationClass {
  return operationTypes[type].class;
}

/** The workflow function that carries the operation out. */
export function workflowTypeOf(type: OperationType): WorkflowType {
  return operationTypes[type].workflowType;
}
