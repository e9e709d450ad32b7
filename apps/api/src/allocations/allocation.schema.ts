import { z } from 'zod';
import { freeObject, optionalText } from '../resource/json-types.js';
import { linkList } from '../resource/links.js';
import { asUuid, isLogicalName } from '../resource/names.js';
import { both, field, Resource } from '../resource/resource.js';
import { shown } from '../resource/shown.js';
import { timestamp } from '../resource/time.js';
import { trait } from '../traits/trait.schema.js';

/** A list, or null. */
function optionalList<Item extends z.ZodType>(item: Item) {
  return z.array(item, { error: ({ input }) => `${shown(input)} is not of type 'array', 'null'` }).nullish();
}

/** What can be the UUID or the name of a node. */
const nodeIdent = z
  .string({ error: ({ input }) => notAnIdent(input, `${shown(input)} is not of type 'string'`) })
  .refine((ident) => asUuid(ident) !== undefined || isLogicalName(ident), {
    error: ({ input }) => notAnIdent(input, `${shown(input)} is not a 'uuid'`),
  });

function notAnIdent(value: unknown, cause: string): string {
  return `${shown(value)} is not valid under any of the given schemas. Possible root cause: ${cause}`;
}

/** An allocation, in the order of Ironic's answers. */
export const allocationResource = new Resource('allocation', {
  uuid: field(optionalText(), { create: true }),
  created_at: field(timestamp()),
  updated_at: field(timestamp()),
  candidate_nodes: field(optionalList(nodeIdent), { create: true }),
  extra: field(freeObject(), both),
  last_error: field(z.string().nullable()),
  name: field(optionalText(), both),
  owner: field(optionalText(), { create: true }),
  resource_class: field(optionalText(80), { create: true }),
  state: field(z.enum(['allocating', 'active', 'error'])),
  traits: field(optionalList(trait), { create: true }),
  links: field(linkList(), { always: true }),
  node_uuid: field(z.string().nullable()),
  // Only at POST: the node of an instance that is there already.
  node: field(optionalText(), { create: true, hidden: true }),
});

const { shape } = allocationResource.schema;

const oldAllocation = {
  candidate_nodes: shape.candidate_nodes,
  extra: shape.extra,
  name: shape.name,
  owner: shape.owner,
  resource_class: shape.resource_class,
  traits: shape.traits,
  uuid: shape.uuid,
};

/** The body of POST /v1/allocations; below 1.58 `node` is an unknown name. */
export const newAllocation = z.strictObject({ ...oldAllocation, node: shape.node });
/** The same below 1.58. */
export const newAllocationBeforeBackfill = z.strictObject(oldAllocation);

/** What a patch may have made of an allocation. */
export const patchedAllocation = z.object({ name: shape.name, extra: shape.extra });

/** Names that may be patched, in the order of Ironic's text. */
export const patchable: readonly string[] = ['name', 'extra'];

/** What is asked for by POST. */
export type NewAllocation = z.output<typeof newAllocation>;
