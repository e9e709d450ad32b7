import type { Database } from '#database/client.js';
import type { Boot } from '#database/generated/client.js';

/** The boot of the ramdisk that the node is in, newest first; null when nothing was prepared or it has ended. */
export async function openBootOf(database: Database, nodeId: number): Promise<Boot | null> {
  return database.boot.findFirst({
    where: { nodeId, endedAt: null },
    orderBy: [{ createdAt: 'desc' }, { number: 'desc' }],
  });
}

/** Writes a line about the boot into its operation's timeline. */
export async function noteBoot(database: Database, boot: Pick<Boot, 'operationId'>, text: string): Promise<void> {
  await database.operationEvent.create({ data: { operationId: boot.operationId, kind: 'boot', text } });
}
