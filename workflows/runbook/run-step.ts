import { ApplicationFailure } from '@temporalio/workflow';
import { bootsRamdisk } from '#domain/driver-steps.js';
import { isDelayedInterface } from '#domain/fake-delays.js';
import { isReservedStep, stepId, type ReservedStep } from '#domain/steps.js';
import type { PlannedStep } from '#activities/contract.js';
import { runDirectStep } from './direct-deploy.js';
import { reboot } from './machine-power.js';
import type { NodeOperation } from './node-operation.js';
import { runAgentStep } from './ramdisk.js';

/** One step of a plan: in the ramdisk, by the flow itself, or by a fake interface. */
export async function runStep(operation: NodeOperation, step: PlannedStep): Promise<void> {
  if (step.onChildren) return operation.hands.fake.runStepOnChildren(operation.id, step.index);
  if (isReservedStep(step.step)) return runReservedStep(operation, step, step.step);
  if (step.runner === 'agent') {
    if (operation.inRamdisk) return runAgentStep(operation, step);
    throw unknownStep(operation, step);
  }
  if (step.interface === 'deploy' && bootsRamdisk(operation.begun.interfaces.deploy)) {
    return runDirectStep(operation, step);
  }
  return runFakeStep(operation, step);
}

/** Steps with these names are the flow's own, whatever interface they are given for (Ironic conductor/steps.py). */
async function runReservedStep(operation: NodeOperation, step: PlannedStep, name: ReservedStep): Promise<void> {
  const { id, hands } = operation;
  switch (name) {
    case 'power_on':
      return hands.power.on(id);
    case 'power_off':
      return hands.power.off(id);
    case 'reboot':
      return reboot(operation);
    case 'hold':
      return operation.hold();
    case 'wait':
      if (step.waitS !== null) return operation.waitFor(step.waitS);
      return operation.nextBeat("waiting for the agent's next heartbeat as the step asks");
  }
}

async function runFakeStep(operation: NodeOperation, step: PlannedStep): Promise<void> {
  if (isDelayedInterface(step.interface)) await operation.pretend(step.interface);
  const end = await operation.hands.fake.runStep(operation.id, step.index);
  if (end === 'waits') await operation.nextBeat(`${stepId(step)} goes on until the next heartbeat`);
}

function unknownStep({ nodeName }: NodeOperation, step: PlannedStep): Error {
  return ApplicationFailure.nonRetryable(
    `Step ${stepId(step)} of node ${nodeName} is none that its interfaces carry out, and no ramdisk runs; ` +
      'remove it from the request.',
    'NodeInvalid',
  );
}
