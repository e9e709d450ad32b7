import { ApplicationFailure } from '@temporalio/workflow';
import { stepId } from '#domain/steps.js';
import type { BootFacts, PlannedStep } from '#activities/contract.js';
import { offUnlessKeptOn, onOrReset } from './machine-power.js';
import type { NodeOperation } from './node-operation.js';

/**
 * Boots the ramdisk and waits until its agent has called. The node is in its wait state afterwards; an agent whose
 * token answer was lost can never call, so the machine is power-cycled once.
 */
export async function bootRamdisk(operation: NodeOperation): Promise<void> {
  await powerIntoRamdisk(operation);
  const entered = await operation.enter('wait', "waiting for the agent's first heartbeat", { awaitBeat: true });
  await agentAfterBoot(operation, entered);
}

/** The same for a node that is in its wait state already, as after a step that asks for a reboot. */
export async function rebootRamdisk(operation: NodeOperation): Promise<void> {
  await powerIntoRamdisk(operation);
  await agentAfterBoot(operation);
}

async function agentAfterBoot(operation: NodeOperation, entered?: BootFacts): Promise<void> {
  if ((await operation.agentSign(entered)) === 'beat') return;
  await operation.note(
    'diagnosis',
    `The agent of node ${operation.nodeName} asked for its token a second time: the first answer was lost. Power-cycling once.`,
  );
  await powerIntoRamdisk(operation);
  const again = await operation.agentSign();
  if (again === 'beat') return;
  throw ApplicationFailure.nonRetryable(
    `The agent of node ${operation.nodeName} lost its token twice; check the path between the ramdisk and the API.`,
    'AgentTokenLost',
  );
}

/** Off, network boot once, on: what the machine then does is seen by the boot listener and the agent's calls. */
export async function powerIntoRamdisk(operation: NodeOperation): Promise<void> {
  const { id, hands } = operation;
  await hands.boot.prepareRamdisk(id, operation.nextBoot());
  await offUnlessKeptOn(operation);
  await hands.management.setBootDevice(id, 'pxe', false);
  await onOrReset(operation);
}

/** Runs one step in the ramdisk: started once, followed to its end while the node waits. */
export async function runAgentStep(operation: NodeOperation, step: PlannedStep): Promise<void> {
  const { id, hands } = operation;
  const { agent } = hands;
  await agent.startStep(id, step.index);
  await operation.enter('wait', `${stepId(step)} runs in the ramdisk, step ${step.index + 1} of ${step.of}`);
  const { rebootRequested } = await operation.meanwhile(() => agent.followStep(id, step.index));
  if (rebootRequested) await rebootRamdisk(operation);
}
