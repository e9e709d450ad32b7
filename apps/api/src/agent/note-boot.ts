import type { Database } from '#database/client.js';
import type { Boot } from '#database/generated/client.js';

/** Writes a line about the boot into its operation's timeline. */
export async function noteBoot(database: Database, boot: Pick<Boot, 'operationId'>, text: string): Promise<void> {
  await database.operationEvent.create({ data: { operationId: boot.operationId, kind: 'boot', text } });
}
