import type { Database, Transaction } from '#database/client.js';

/**
 * Ends the boots that die with the machine's power. A boot that was prepared but not seen yet (no look-up, no token
 * given out, no heartbeat) is the one that the next power-on starts: it survives.
 */
export async function endSeenBoots(database: Database, nodeId: number): Promise<void> {
  await database.boot.updateMany({
    where: {
      nodeId,
      endedAt: null,
      OR: [{ tokenGivenAt: { not: null } }, { lookupAt: { not: null } }, { heartbeatAt: { not: null } }],
    },
    data: { endedAt: new Date() },
  });
}

/** Ends every boot of the node but `except`: their tokens, scripts and agents are no longer valid. */
export async function endBoots(tx: Transaction, nodeId: number, except?: string): Promise<void> {
  await tx.boot.updateMany({
    where: { nodeId, endedAt: null, ...(except === undefined ? {} : { id: { not: except } }) },
    data: { endedAt: new Date() },
  });
}
