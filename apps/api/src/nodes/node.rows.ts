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
