import type { Database, Transaction } from './client.js';
import type { Boot } from './generated/client.js';

/** The boot of the ramdisk that the node is in, newest first; null when nothing was prepared or it has ended. */
export async function openBootOf(database: Database | Transaction, nodeId: number): Promise<Boot | null> {
  return database.boot.findFirst({
    where: { nodeId, endedAt: null },
    orderBy: [{ createdAt: 'desc' }, { number: 'desc' }],
  });
}
