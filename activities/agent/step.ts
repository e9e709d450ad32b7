import type { OperationStep } from '#database/generated/client.js';
import { stepId } from '#domain/steps.js';
import type { NodeContext } from '../node-context.js';
import type { FailedWork } from './failures.js';
import { stepKindOf } from './step-kind.js';

/** The step in sentences. */
export function workOf({ uuid, type }: NodeContext, step: OperationStep): FailedWork {
  return { nodeUuid: uuid, what: `${stepKindOf(type).label} ${stepId(step)}` };
}
