import type { AgentActivities } from '#activities/contract.js';
import type { AgentDeps } from './deps.js';
import { finalizeRescue } from './finalize-rescue.js';
import { followStep } from './follow-step.js';
import { freezePlan } from './freeze-plan.js';
import { installBootloader } from './install-bootloader.js';
import { collectLogs, powerOff } from './last-words.js';
import { startStep } from './start-step.js';

/** Calls to the agent in the ramdisk; see {@link AgentActivities} for each. */
export function createAgentActivities(deps: AgentDeps): AgentActivities {
  return {
    freezePlan: (operationId) => freezePlan(deps, operationId),
    startStep: (operationId, index) => startStep(deps, operationId, index),
    followStep: (operationId, index) => followStep(deps, operationId, index),
    installBootloader: (operationId) => installBootloader(deps, operationId),
    finalizeRescue: (operationId) => finalizeRescue(deps, operationId),
    powerOff: (operationId) => powerOff(deps, operationId),
    collectLogs: (operationId) => collectLogs(deps, deps.home, operationId),
  };
}
