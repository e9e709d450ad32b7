import { CancellationScope } from '@temporalio/workflow';
import { lastErrorText } from '#domain/errors.js';
import { callTitles, type NodeCall, type NodeChange } from '#domain/node-calls.js';
import { calls, carryOut } from './runbook/proxies.js';

/** As long as a BMC may restart, and a group's workers with it. */
const changeLimit = '10 minutes';

/** Has a node's hardware do or say one thing, for a client that waits for the answer. */
export async function callNode(call: NodeCall): Promise<unknown> {
  return carryOut(call);
}

/** The same for a client that was answered already: what came of it is on the node, a failure in its last_error. */
export async function changeNode({ call, failure }: NodeChange): Promise<void> {
  const limited = new CancellationScope({ cancellable: true, timeout: changeLimit });
  try {
    await limited.run(() => carryOut(call));
  } catch (error) {
    await calls.recordFailure(
      call.nodeUuid,
      failure,
      limited.consideredCancelled ? tooLate(call) : lastErrorText(error),
    );
  }
}

function tooLate({ activity, conductorGroup }: NodeCall): string {
  const group = conductorGroup === '' ? 'the default conductor group' : `conductor group ${conductorGroup}`;
  return `nobody could ${callTitles[activity]} within ${changeLimit}; check that a worker of ${group} runs and reaches the BMC`;
}
