import type { Prisma } from '#database/generated/client.js';
import { linksTo } from '../resource/links.js';
import { isoTime } from '../resource/time.js';
import { viewOf } from '../resource/view.js';
import { allocationResource } from './allocation.schema.js';

/** What a view of an allocation needs besides its columns. */
export const allocationParts = { node: { select: { uuid: true } } } as const satisfies Prisma.AllocationInclude;
/** An allocation with the UUID of its node. */
export type AllocationRow = Prisma.AllocationGetPayload<{ include: typeof allocationParts }>;

/** An allocation as a client of that version sees it; with `fields` only those and its links. */
export const allocationView = viewOf<typeof allocationResource.schema.shape, AllocationRow>(allocationResource, {
  uuid: (allocation) => allocation.uuid,
  created_at: (allocation) => isoTime(allocation.createdAt),
  updated_at: (allocation) => isoTime(allocation.updatedAt),
  candidate_nodes: (allocation) => allocation.candidateNodes,
  extra: (allocation) => allocation.extra,
  last_error: (allocation) => allocation.lastError,
  name: (allocation) => allocation.name,
  owner: (allocation) => allocation.owner,
  resource_class: (allocation) => allocation.resourceClass,
  state: (allocation) => allocation.state,
  traits: (allocation) => allocation.traits,
  links: (allocation, { base }) => linksTo(base, `allocations/${allocation.uuid}`),
  node_uuid: (allocation) => allocation.node?.uuid ?? null,
  node: () => undefined,
});
