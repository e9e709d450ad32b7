import type { NodeActivities } from '../contract.js';
import { begin } from './begin.js';
import type { NodeDeps } from './deps.js';
import { enter, handleRequest, readWait } from './enter.js';
import { fail, finish } from './finish.js';
import { clearInstance } from './instance.js';
import { nextStep } from './next-step.js';
import { ownWrite } from './own-write.js';
import { forgetRescuePassword } from './rescue-password.js';
import { storeInspection } from './store-inspection.js';
import { successor } from './successor.js';

/** Row writes and reads of the flows; see {@link NodeActivities} for each. */
export function createNodeActivities(deps: NodeDeps): NodeActivities {
  return {
    begin: (operationId, runId) => begin(deps, operationId, runId),
    enter: (key, event, options) => enter(deps, key, event, options),
    readWait: (operationId, options) => readWait(deps, operationId, options),
    nextStep: (key) => nextStep(deps, key),
    handleRequest: (key, kind, text) => handleRequest(deps, key, kind, text),
    finish: (key, event) => finish(deps, key, event),
    fail: (key, event, failure) => fail(deps, key, event, failure),
    clearInstance: (key) => clearInstance(deps, key),
    storeInspection: (key) => storeInspection(deps, key),
    forgetRescuePassword: (key) => forgetRescuePassword(deps, key),
    note: (key, kind, text) =>
      ownWrite(deps, key, async ({ tx, operation, repeated }) => {
        if (!repeated) await tx.operationEvent.create({ data: { operationId: operation.id, kind, text } });
      }),
    successor: (nodeUuid, number) => successor(deps, nodeUuid, number),
  };
}
