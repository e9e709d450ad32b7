import { bootInstance } from './runbook/instance.js';
import { offUnlessKeptOn } from './runbook/machine-power.js';
import type { NodeOperation } from './runbook/node-operation.js';
import { stepsRefused } from './runbook/outcomes.js';
import { bootRamdisk } from './runbook/ramdisk.js';
import { runOperation } from './runbook/run-operation.js';
import { runStep } from './runbook/run-step.js';

/** Runs steps on a node that has an instance: `active` to `active`, or to `service failed`. */
export async function service(operationId: string): Promise<string> {
  return runOperation(operationId, {
    wording: { work: 'service', historyType: 'servicing' },
    run: serviceNode,
    failure: 'fail',
    prepareUndo: (operation) => {
      if (operation.inRamdisk) undoServicing(operation);
    },
  });
}

async function serviceNode(operation: NodeOperation): Promise<void> {
  const { stepsProblem } = operation.begun;
  if (stepsProblem !== null) throw stepsRefused(stepsProblem);
  if (operation.inRamdisk) await intoRamdisk(operation);
  for (let step = await operation.nextStep(); step; step = await operation.nextStep()) {
    await runStep(operation, step);
  }
  if (operation.inRamdisk) await backToInstance(operation);
  await operation.finish('done');
}

async function intoRamdisk(operation: NodeOperation): Promise<void> {
  const { id, hands } = operation;
  await hands.boot.validate(id);
  undoServicing(operation);
  await offUnlessKeptOn(operation);
  await hands.network.removeTenant(id);
  await hands.network.addProvisioning(id);
  await bootRamdisk(operation);
  await operation.enter('resume', 'asking the agent for its steps');
  await hands.agent.freezePlan(id);
}

async function backToInstance(operation: NodeOperation): Promise<void> {
  const { id, hands, undo } = operation;
  await offUnlessKeptOn(operation);
  await hands.boot.cleanUpRamdisk(id);
  await hands.network.removeProvisioning(id);
  await hands.network.addTenant(id);
  await bootInstance(operation);
  undo.clear();
}

/**
 * The instance comes back, unless a step broke off: then the machine stays as it is, so that somebody can look at it
 * (Ironic deploy_utils.py tear_down_inband_service). A newer operation decides for itself.
 */
function undoServicing(operation: NodeOperation): void {
  const { id, hands, undo } = operation;
  const asItIs = (): boolean =>
    operation.ending === 'interrupted' || (operation.ending === 'failed' && operation.step !== null);
  undo.push('boot the instance', async () => {
    if (!asItIs()) await bootInstance(operation);
  });
  undo.push('give the instance its network', async () => {
    if (asItIs()) return;
    await hands.network.removeProvisioning(id);
    await hands.network.addTenant(id);
  });
  undo.push('remove the boot configuration', () => hands.boot.cleanUpRamdisk(id));
  undo.push('power the machine off', async () => {
    if (!asItIs()) await offUnlessKeptOn(operation);
  });
}
