import type { Prisma } from '#database/generated/client.js';

/** What a full view needs besides the node's own columns; each part is one more query for any number of nodes. */
export const nodeParts = {
  traits: { select: { trait: true }, orderBy: { trait: 'asc' } },
  // Asks nothing when no node of the list is in a chassis.
  chassis: { select: { uuid: true } },
  allocation: { select: { uuid: true } },
  operations: { where: { status: { in: ['pending', 'running'] } }, select: { class: true } },
} as const satisfies Prisma.NodeInclude;

/** A node with its parts. */
export type NodeRow = Prisma.NodeGetPayload<{ include: typeof nodeParts }>;

/** In place of the parts that were not read, for views of fields that look at none of them. */
export const noParts: Pick<NodeRow, keyof typeof nodeParts> = {
  traits: [],
  chassis: null,
  allocation: null,
  operations: [],
};

/** The parts that a view of just these fields needs. */
export function partsFor(fields: readonly string[]): Prisma.NodeInclude {
  return {
    ...(fields.includes('traits') ? { traits: nodeParts.traits } : {}),
    ...(fields.includes('chassis_uuid') ? { chassis: nodeParts.chassis } : {}),
    ...(fields.includes('allocation_uuid') ? { allocation: nodeParts.allocation } : {}),
    ...(fields.includes('reservation') ? { operations: nodeParts.operations } : {}),
  };
}

/** The columns of a short list. */
export const shortColumns = {
  id: true,
  uuid: true,
  name: true,
  instanceUuid: true,
  maintenance: true,
  powerState: true,
  provisionState: true,
} as const satisfies Prisma.NodeSelect;

/** A node in a short list. */
export type ShortNodeRow = Prisma.NodeGetPayload<{ select: typeof shortColumns }>;
