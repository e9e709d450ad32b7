import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Database } from '#database/client.js';
import { Prisma } from '#database/generated/client.js';
import { invalid, notAcceptable, notFound } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { nodeNotFound, NodeFinder } from '../nodes/node-finder.js';
import { argument } from '../resource/json-types.js';
import { listPage, type Listed } from '../resource/list-page.js';
import { pagingArguments } from '../resource/list-query.js';
import { refuseFieldsBySchema } from '../resource/one.js';
import { parseArguments } from '../resource/schema-error.js';
import { DATABASE } from '../tokens.js';
import { allocationResource } from './allocation.schema.js';
import { allocationParts, allocationView, type AllocationRow } from './allocation.view.js';

/** Query parameters of GET /v1/allocations. */
export const allocationFilters = z.object({
  ...pagingArguments,
  fields: argument.strings(),
  node: argument.uuidOrName(),
  owner: argument.string(),
  resource_class: argument.string(),
  state: argument.string(),
});

const allocationList: Listed<AllocationRow, Prisma.AllocationWhereInput, Prisma.AllocationOrderByWithRelationInput> = {
  key: 'allocations',
  noun: 'Allocation',
  resource: allocationResource,
  short: null,
  columns: Prisma.AllocationScalarFieldEnum,
  nullable: ['updatedAt', 'name', 'lastError', 'resourceClass', 'owner'],
  unsortable: ['extra', 'candidate_nodes', 'traits'],
  find: (database, query) => database.allocation.findMany({ ...query, include: allocationParts }),
  marker: (database, uuid) => database.allocation.findUnique({ where: { uuid } }),
  markerOf: (allocation) => allocation.uuid,
  view: allocationView,
};

/** Lists of allocations; two queries whatever their length. */
@Injectable()
export class AllocationListService {
  readonly #database: Database;
  readonly #nodes: NodeFinder;

  constructor(@Inject(DATABASE) database: Database, @Inject(NodeFinder) nodes: NodeFinder) {
    this.#database = database;
    this.#nodes = nodes;
  }

  /** GET /v1/allocations. */
  async list(call: Call): Promise<Record<string, unknown>> {
    const given = parseArguments(allocationFilters, call.query);
    refuseUnseenFields(call, given.fields);
    if (given.owner !== null && !call.allows('filter.allocations.owner')) throw notAcceptable();
    const owner = call.access.list('allocation', given.owner);
    const where: Prisma.AllocationWhereInput = {
      ...(given.node === null ? {} : { nodeId: await nodeId(this.#nodes, given.node, call) }),
      ...(given.resource_class === null ? {} : { resourceClass: given.resource_class }),
      ...(given.state === null ? {} : { state: given.state }),
      ...(owner === null ? {} : { owner }),
    };
    return listPage(call, this.#database, allocationList, { given, fields: given.fields ?? undefined, where });
  }
}

/**
 * The node that a request about allocations names.
 * @throws ApiError 400 when there is none, where a path would be a 404; 404 when the caller may not read it
 */
export async function nodeId(nodes: NodeFinder, ident: string, call: Call): Promise<number> {
  const node = await nodes.unasked(ident, call);
  if (!node) throw invalid(nodeNotFound(ident).message);
  call.access.node(node, notFound, ['baremetal:node:get']);
  return node.id;
}

/** @throws ApiError 400 for fields that an allocation of that version does not have */
export function refuseUnseenFields(call: Call, fields: readonly string[] | null): void {
  const known = knownFields.filter((name) => name !== 'owner' || call.allows('allocation.owner'));
  refuseFieldsBySchema(allocationResource, fields, known);
}

/** In the order of Ironic's text. */
const knownFields: readonly string[] = [
  'candidate_nodes',
  'created_at',
  'extra',
  'last_error',
  'links',
  'name',
  'node_uuid',
  'resource_class',
  'state',
  'traits',
  'updated_at',
  'uuid',
  'owner',
];
