import type { LockedNode } from '#database/operations.js';
import type { Transaction } from '#database/client.js';
import type { Boot, Node, Operation } from '#database/generated/client.js';
import type { BootFacts, Facts, RequestKind } from '../contract.js';

/** Requests beside the operation that the flow has to carry out. */
export function factsOf(locked: LockedNode, operationId: string): Facts {
  const operation = locked.unfinished.find((unfinished) => unfinished.id === operationId);
  const power = locked.unfinished.find((unfinished) => unfinished.class === 'power' && unfinished.id !== operationId);
  return {
    requests: (operation?.requests ?? []).map((request) => requestKind(request.kind)),
    powerOperationId: power?.id ?? null,
  };
}

function requestKind(kind: string): RequestKind {
  return kind === 'unhold' ? 'unhold' : 'abort';
}

/** Has the ramdisk of this inspection sent what it found? */
export async function isPosted(tx: Transaction, { id, type }: Pick<Operation, 'id' | 'type'>): Promise<boolean> {
  return type === 'inspect' && (await tx.inspectionPost.count({ where: { operationId: id } })) > 0;
}

/** What is known of the present boot, beside the requests. */
export function bootFactsOf(facts: Facts, node: Node, boot: Boot | null, posted = false): BootFacts {
  const signs = [boot?.heartbeatAt, boot?.lookupAt, node.provisionUpdatedAt].filter((at) => at != null);
  const newest = Math.max(...signs.map((at) => at.getTime()), 0);
  return {
    ...facts,
    beat: (boot?.heartbeats ?? 0) > 0,
    beats: boot?.heartbeats ?? 0,
    posted,
    silentS: newest === 0 ? 0 : Math.max(0, Math.floor((Date.now() - newest) / 1000)),
    maintenance: node.maintenance,
    tokenLost: boot !== null && boot.heartbeats === 0 && boot.repeatedLookups > 0,
  };
}
