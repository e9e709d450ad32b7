import type { ChangeFailure } from '#domain/node-calls.js';
import type { Transaction } from './client.js';
import type { Node } from './generated/client.js';
import { recordHistory } from './history.js';

/**
 * Tells the cause of a change that failed after its client was answered: last_error, and a line in the node's history
 * where Ironic writes one.
 * @param conductor who tried, for the history
 */
export async function recordChangeFailure(
  tx: Transaction,
  node: Pick<Node, 'id' | 'provisionState' | 'targetProvisionState' | 'provisionUpdatedAt'>,
  conductor: string | null,
  { text, historyType }: ChangeFailure,
  cause: string,
): Promise<void> {
  const event = `${text}: ${cause}`;
  await tx.node.update({ where: { id: node.id }, data: { lastError: event, updatedAt: new Date() } });
  if (historyType === null) return;
  await recordHistory(tx, node, conductor, { severity: 'ERROR', eventType: historyType, event });
}
