import type { Transaction } from '#database/client.js';
import type { WriteKey } from '../contract.js';
import type { NodeDeps } from './deps.js';
import { ownWrite } from './own-write.js';

/** Takes the rescue password and its hash out of instance_info (Ironic conductor/utils.py remove_node_rescue_password). */
export async function removeRescuePassword(tx: Transaction, nodeId: number): Promise<void> {
  await tx.$executeRaw`
    UPDATE nodes SET instance_info = instance_info - ${['rescue_password', 'hashed_rescue_password']}::text[]
    WHERE id = ${nodeId}`;
}

/** See {@link NodeActivities.forgetRescuePassword}. */
export async function forgetRescuePassword(deps: NodeDeps, key: WriteKey): Promise<void> {
  await ownWrite(deps, key, async ({ tx, node, repeated }) => {
    if (!repeated) await removeRescuePassword(tx, node.id);
  });
}
