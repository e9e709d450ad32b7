import { randomUUID } from 'node:crypto';
import type { Transaction } from './client.js';
import type { Node } from './generated/client.js';

/** One row of Ironic's node history. */
export interface HistoryEntry {
  readonly severity: 'INFO' | 'ERROR';
  /** Ironic's event types, such as `deploying` or `deployment_start`. */
  readonly eventType: string;
  readonly event: string;
  /** Ids of the user who asked for the operation, and of their project (api-ref 1.113). */
  readonly user?: string | null;
  readonly project?: string | null;
}

/**
 * Adds a history row that describes the node as it is now; duration_seconds counts from provision_updated_at
 * (Ironic conductor/utils.py node_history_record).
 */
export async function recordHistory(
  tx: Transaction,
  node: Pick<Node, 'id' | 'provisionState' | 'targetProvisionState' | 'provisionUpdatedAt'>,
  conductor: string | null,
  entry: HistoryEntry,
): Promise<void> {
  const since = node.provisionUpdatedAt;
  await tx.nodeHistory.create({
    data: {
      uuid: randomUUID(),
      nodeId: node.id,
      severity: entry.severity,
      eventType: entry.eventType,
      event: entry.event,
      conductor,
      user: entry.user ?? null,
      project: entry.project ?? null,
      state: node.provisionState,
      targetProvisionState: node.targetProvisionState,
      durationSeconds: since ? Math.floor((Date.now() - since.getTime()) / 1000) : null,
    },
  });
}
