import type { Database, Transaction } from '#database/client.js';

/** Kinds of lines that contacts write; flows and the API write the others. */
export type ContactKind = 'bmc' | 'agent' | 'image' | 'boot';

/** Writes a line into the operation's timeline. The text is for people and holds no secret. */
export async function writeLine(
  database: Database | Transaction,
  operationId: string,
  kind: ContactKind,
  text: string,
): Promise<void> {
  await database.operationEvent.create({ data: { operationId, kind, text } });
}
