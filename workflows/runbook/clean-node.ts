import { cleaningDoneEvent } from '#domain/transitions.js';
import { offUnlessKeptOn } from './machine-power.js';
import type { NodeOperation } from './node-operation.js';
import { stepsRefused } from './outcomes.js';
import { bootRamdisk } from './ramdisk.js';
import { runStep } from './run-step.js';

/** How cleaning is called in sentences and history. */
export const cleanWording = { work: 'clean', historyType: 'cleaning' } as const;

/**
 * Cleaning of a node in `cleaning`. Automated, it ends in `available`, or in `manageable` when the node is retired; with
 * steps that a client named in `manageable`.
 */
export async function cleanNode(operation: NodeOperation): Promise<void> {
  const { id, begun, hands } = operation;
  const done = cleaningDoneEvent({ manual: begun.named, retired: begun.retired });
  if (!begun.named && !begun.automatedClean) return operation.finish(done);
  if (begun.stepsProblem) throw stepsRefused(begun.stepsProblem);

  const { inRamdisk } = operation;
  if (inRamdisk) {
    await hands.boot.validate(id);
    undoCleaning(operation);
    await hands.network.addProvisioning(id);
    await bootRamdisk(operation);
    await operation.enter('resume', 'asking the agent for its steps');
    await hands.agent.freezePlan(id);
  }
  for (let step = await operation.nextStep(); step; step = await operation.nextStep()) {
    await runStep(operation, step);
  }
  if (inRamdisk) {
    if (begun.disablePowerOff) await hands.power.reset(id);
    else await hands.power.off(id);
    await hands.boot.cleanUpRamdisk(id);
    await hands.network.removeProvisioning(id);
  }
  await operation.finish(done);
}

/** A machine whose cleaning broke off in a step stays on, so that somebody can look at it (Ironic cleaning_error_handler). */
export function undoCleaning(operation: NodeOperation): void {
  const { id, hands, undo } = operation;
  undo.push('remove the provisioning network', () => hands.network.removeProvisioning(id));
  undo.push('remove the boot configuration', () => hands.boot.cleanUpRamdisk(id));
  undo.push('power the machine off', async () => {
    const brokeOff = operation.ending === 'failed' && operation.step !== null;
    if (!brokeOff) await offUnlessKeptOn(operation);
  });
}
