import type { Database, Transaction } from '#database/client.js';
import type { Allocation, Prisma } from '#database/generated/client.js';
import { isLocked, stateOf } from '#database/operations.js';
import type { NodeFacts, PlacementRequest } from '#domain/placement.js';

/** A node that may come into question. */
export interface Candidate extends NodeFacts {
  readonly id: number;
  /** Somebody works on it now, such as a power change. */
  readonly locked: boolean;
}

/** What an allocation asks for. */
export function requestOf(allocation: Allocation): PlacementRequest {
  return {
    resourceClass: allocation.resourceClass,
    traits: strings(allocation.traits),
    candidateNodes: strings(allocation.candidateNodes),
    owner: allocation.owner,
    name: allocation.name,
  };
}

/** The nodes that any of the requests may have or be refused: of its resource class, or among its candidates. */
export async function candidatesFor(
  database: Database,
  requests: readonly PlacementRequest[],
): Promise<Map<number, Candidate>> {
  const classes = new Set(requests.map(({ resourceClass }) => resourceClass));
  const uuids = new Set(requests.flatMap(({ candidateNodes }) => candidateNodes));
  const nodes = await database.node.findMany({
    where: {
      OR: [
        { resourceClass: { in: [...classes].filter((name) => name !== null) } },
        ...(classes.has(null) ? [{ resourceClass: null }] : []),
        { uuid: { in: [...uuids] } },
      ],
    },
    select: columns,
    orderBy: { id: 'asc' },
  });
  return new Map(nodes.map((node) => [node.id, candidateOf(node)]));
}

/** The same of one node, as this transaction sees it. */
export async function candidateIn(tx: Transaction, id: number): Promise<Candidate> {
  return candidateOf(await tx.node.findUniqueOrThrow({ where: { id }, select: columns }));
}

const columns = {
  id: true,
  uuid: true,
  name: true,
  resourceClass: true,
  provisionState: true,
  powerState: true,
  maintenance: true,
  retired: true,
  instanceUuid: true,
  parentNode: true,
  owner: true,
  lessee: true,
  traits: { select: { trait: true } },
  operations: { where: { status: { in: ['pending', 'running'] } }, select: { class: true } },
} as const satisfies Prisma.NodeSelect;

function candidateOf({ traits, operations, ...node }: Prisma.NodeGetPayload<{ select: typeof columns }>): Candidate {
  return {
    ...node,
    provisionState: stateOf(node),
    traits: traits.map(({ trait }) => trait),
    locked: isLocked({ node, unfinished: operations }),
  };
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
