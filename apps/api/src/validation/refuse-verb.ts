import type { VerbTransition } from '#domain/decide-verb.js';
import { invalid } from '../errors/api-error.js';
import { deployVerbReason } from './deploy.js';
import { powerReason } from './power.js';
import type { ValidatedNode } from './validated-node.js';

/**
 * The driver's own word on a verb that the state allows: nothing is started that cannot work.
 * @throws ApiError 400 with Ironic's reason (Ironic: 500 for a few of them)
 */
export function refuseByDriver(node: ValidatedNode, decision: VerbTransition): void {
  if (decision.operationType === 'deploy' || decision.operationType === 'rebuild') {
    const reason = deployVerbReason(node, decision.steps);
    if (reason !== undefined) throw invalid(reason);
  }
  if (decision.operationType === 'teardown') {
    const reason = powerReason(node);
    if (reason !== undefined) {
      throw invalid(`Failed to validate power driver interface. Can not delete instance. Error: ${reason}`);
    }
  }
}
