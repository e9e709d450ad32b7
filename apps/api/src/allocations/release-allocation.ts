import type { Transaction } from '#database/client.js';
import type { Node } from '#database/generated/client.js';
import { stateOf } from '#database/operations.js';
import { instanceRemovable } from '#domain/states.js';
import { conflict } from '../errors/api-error.js';

/**
 * A node from which a patch takes the instance has no allocation any more (Ironic conductor/manager.py update_node).
 * @throws ApiError 409 when it has one and its state does not allow that
 */
export async function releaseAllocation(tx: Transaction, node: Node): Promise<void> {
  const { count } = await tx.allocation.deleteMany({ where: { nodeId: node.id } });
  const state = stateOf(node);
  if (count === 0 || instanceRemovable(state, node)) return;
  throw conflict(
    `Node ${node.uuid} with an allocation can not have instance_uuid removed unless it is in one of allowed (enroll, ` +
      `inspecting, inspect wait, manageable, available) states or in maintenance mode. Current state is '${state}'.`,
  );
}
