import { bootsRamdisk } from '#domain/driver-steps.js';
import { cleaningDoneEvent } from '#domain/transitions.js';
import type { NodeOperation } from './node-operation.js';
import { bootRamdisk, runAgentStep } from './ramdisk.js';

/** How cleaning is called in sentences and history. */
export const cleanWording = { work: 'clean', historyType: 'cleaning' } as const;

/** Automated cleaning of a node in `cleaning`; ends in `available`, or in `manageable` when the node is retired. */
export async function cleanNode(operation: NodeOperation): Promise<void> {
  const { id, begun, hands } = operation;
  const done = cleaningDoneEvent({ manual: false, retired: begun.retired });
  if (!begun.automatedClean) return operation.finish(done);

  const inRamdisk = bootsRamdisk(begun.interfaces.deploy);
  if (inRamdisk) {
    await hands.boot.validate(id);
    undoCleaning(operation);
    await hands.network.addProvisioning(id);
    await bootRamdisk(operation);
    await operation.enter('resume', 'asking the agent for its steps');
    await hands.agent.freezePlan(id);
  }
  for (let step = await operation.nextStep(); step; step = await operation.nextStep()) {
    if (step.runner === 'agent') await runAgentStep(operation, step);
    else await hands.fake.runStep(id, step.index);
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
  const { id, begun, hands, undo } = operation;
  undo.push('remove the provisioning network', () => hands.network.removeProvisioning(id));
  undo.push('remove the boot configuration', () => hands.boot.cleanUpRamdisk(id));
  undo.push('power the machine off', async () => {
    const brokeOff = operation.ending === 'failed' && operation.step !== null;
    if (!brokeOff && !begun.disablePowerOff) await hands.power.off(id);
  });
}
