import { ApplicationFailure, patched } from '@temporalio/workflow';
import type { PlannedStep } from '#activities/contract.js';
import { offUnlessKeptOn, onOrReset } from './machine-power.js';
import type { NodeOperation } from './node-operation.js';
import { bootRamdisk, runAgentStep } from './ramdisk.js';

/** Seconds that the ramdisk may take to power itself off before it is powered off hard. */
const softOffS = 30;

/** The steps of deploy interface `direct` that the flow carries out itself (Ironic drivers/modules/agent.py). */
const ownSteps: Readonly<Record<string, (operation: NodeOperation) => Promise<void>>> = {
  deploy: intoRamdisk,
  prepare_instance_boot: prepareInstanceBoot,
  tear_down_agent: tearDownAgent,
  switch_to_tenant_network: switchToTenantNetwork,
  boot_instance: startInstance,
};

/** Checks what a deploy needs, before anything is changed, and gives the machine its provisioning network. */
export async function prepareDirectDeploy(operation: NodeOperation): Promise<void> {
  const { id, hands } = operation;
  await hands.boot.validate(id);
  await hands.images.check(id);
  undoDirectDeploy(operation);
  await hands.network.addProvisioning(id);
}

/** One step of the plan: in the ramdisk, or by the flow. */
export async function runDirectStep(operation: NodeOperation, step: PlannedStep): Promise<void> {
  if (step.runner === 'agent') return runAgentStep(operation, step);
  const run = ownSteps[step.step];
  if (!run) {
    throw ApplicationFailure.nonRetryable(
      `Deploy step ${step.interface}.${step.step} of node ${operation.nodeName} is not one that this release can run; ` +
        'remove it from the request.',
      'NodeInvalid',
    );
  }
  return run(operation);
}

async function intoRamdisk(operation: NodeOperation): Promise<void> {
  await bootRamdisk(operation);
  await operation.enter('resume', 'asking the agent for its steps');
  await operation.hands.agent.freezePlan(operation.id);
}

async function prepareInstanceBoot({ id, hands }: NodeOperation): Promise<void> {
  await hands.agent.installBootloader(id);
  await hands.management.setBootDevice(id, 'disk', true);
}

async function tearDownAgent({ id, begun, hands }: NodeOperation): Promise<void> {
  if (!begun.disablePowerOff) {
    await hands.agent.powerOff(id);
    const off = await hands.power.waitForOff(id, softOffS);
    if (!off) await hands.power.off(id);
  }
  await hands.boot.cleanUpRamdisk(id);
}

async function switchToTenantNetwork({ id, hands }: NodeOperation): Promise<void> {
  await hands.network.removeProvisioning(id);
  await hands.network.addTenant(id);
}

async function startInstance(operation: NodeOperation): Promise<void> {
  await onOrReset(operation);
  // The instance runs: a newer operation that comes from here on decides what becomes of it.
  operation.undo.clear();
}

/**
 * What a failed or aborted deploy takes back. After a failure the machine is powered off
 * (`power_off_after_deploy_failure`); after an abort it is left as it is, as in Ironic (observed on 39.0.0).
 */
export function undoDirectDeploy(operation: NodeOperation): void {
  const { id, begun, hands, undo } = operation;
  undo.push('remove the provisioning network', () => hands.network.removeProvisioning(id));
  undo.push('remove the boot configuration', () => hands.boot.cleanUpRamdisk(id));
  undo.push('power the machine off', async () => {
    // The first recorded aborts powered off.
    const leave = operation.ending === 'aborted' && patched('abort-leaves-power');
    if (!leave && begun.powerOffAfterDeployFailure !== false) await offUnlessKeptOn(operation);
  });
}
