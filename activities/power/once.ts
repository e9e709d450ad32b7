import type { Database } from '#database/client.js';

/**
 * A line in the operation's timeline that is written before a command that must not be sent twice. The heartbeat
 * details are too slow for this: they may be three seconds old when a worker dies.
 */
export async function markSending(database: Database, operationId: string, key: string, text: string): Promise<bigint> {
  const line = await database.operationEvent.create({
    data: { operationId, kind: 'bmc', text, detail: { sentBy: key } },
  });
  return line.id;
}

/** Has an attempt with this key come as far as sending? */
export async function wasSent(database: Database, operationId: string, key: string): Promise<boolean> {
  const found = await database.operationEvent.count({
    where: { operationId, kind: 'bmc', detail: { path: ['sentBy'], equals: key } },
  });
  return found > 0;
}

/** The command certainly did not arrive: the next attempt may send it. */
export async function unmarkSending(database: Database, line: bigint, why: string): Promise<void> {
  await database.operationEvent.update({
    where: { id: line },
    data: { text: why, detail: {} },
  });
}
