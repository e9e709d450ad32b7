import type { PowerRequest } from '#activities/contract.js';
import { ApplicationFailure } from '@temporalio/workflow';
import { reboot } from './machine-power.js';
import type { NodeOperation } from './node-operation.js';

/**
 * Brings the machine to what a client asked for. Off and on are two activities that read before they set, so a reboot
 * that is interrupted goes on where it was (Ironic conductor/utils.py node_power_action).
 */
export async function changePower(operation: NodeOperation, request: PowerRequest): Promise<void> {
  const { id, hands, nodeName } = operation;
  const { power } = hands;
  switch (request.target) {
    case 'power on':
      return power.on(id);
    case 'power off':
      return power.off(id);
    case 'rebooting':
      return reboot(operation);
    case 'soft power off':
      return softOff();
    case 'soft rebooting':
      await softOff();
      return power.on(id);
  }

  async function softOff(): Promise<void> {
    if (await power.softOff(id, request.timeoutS)) return;
    throw ApplicationFailure.nonRetryable(
      `Node ${nodeName} did not power off softly within ${request.timeoutS} s; ` +
        'look whether its operating system obeys the power button, or power it off hard.',
      'PowerStateNotReached',
    );
  }
}
