import type { Database } from '#database/client.js';
import type { Node, Operation } from '#database/generated/client.js';

/** A worker that has not renewed its row for so long is gone (Ironic `[conductor]heartbeat_timeout`). */
const ALIVE_MS = 60_000;

/** Begins the sentence, so that it is recognised and taken back when a worker comes. */
const PREFIX = 'No worker serves conductor group ';

/** The conductor groups that have a live worker. */
export async function servedGroups(database: Database): Promise<ReadonlySet<string>> {
  const alive = await database.conductor.findMany({
    where: { online: true, updatedAt: { gt: new Date(Date.now() - ALIVE_MS) } },
    distinct: ['conductorGroup'],
    select: { conductorGroup: true },
  });
  return new Set(alive.map((conductor) => conductor.conductorGroup.toLowerCase()));
}

/** Says on a node whose operation waits for a worker of its group that there is none, and takes it back later. */
export async function nameUnserved(
  database: Database,
  { node, type }: Operation & { node: Node },
  served: ReadonlySet<string>,
): Promise<'named' | 'fine'> {
  const lastError = served.has(node.conductorGroup.toLowerCase())
    ? null
    : `${PREFIX}"${node.conductorGroup}": the ${type} of node ${node.name ?? node.uuid} waits; start a worker with ` +
      `TEMPER_CONDUCTOR_GROUP=${node.conductorGroup}.`;
  const said = node.lastError?.startsWith(PREFIX) ?? false;
  if (lastError === null && !said) return 'fine';
  if (lastError !== node.lastError) {
    // Only while the operation is unfinished: its end writes a last_error of its own.
    await database.node.updateMany({
      where: {
        id: node.id,
        lastError: node.lastError,
        operations: { some: { status: { in: ['pending', 'running'] } } },
      },
      data: { lastError },
    });
  }
  return lastError === null ? 'fine' : 'named';
}
