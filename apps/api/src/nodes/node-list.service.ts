import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Database } from '#database/client.js';
import { Prisma } from '#database/generated/client.js';
import { ConductorsService } from '../conductors/conductors.service.js';
import { invalid, notFound } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { pageKeyset, type Sorted } from '../resource/list-page.js';
import { collection, fieldArguments, fieldsToShow, pagingOf } from '../resource/list-query.js';
import { parseArguments } from '../resource/schema-error.js';
import { DATABASE } from '../tokens.js';
import { checkNodeFilters, nodeCondition, nodeFilters, type NodeFilters } from './node-list.query.js';
import { readNodes } from './node-reader.js';
import { noParts, partsFor, shortColumns } from './node.rows.js';
import { nodeResource } from './node.schema.js';
import { nodeContext, nodeView, shortFields, shortNodeView, type ViewContext } from './node.view.js';

/** Query parameters of a list of nodes, and of one with all fields. */
export const nodeListArguments = z.object({ ...nodeFilters.shape, ...fieldArguments });
export const nodeDetailArguments = nodeFilters;

const nodeSorting: Sorted = {
  noun: 'Node',
  resource: nodeResource,
  columns: Prisma.NodeScalarFieldEnum,
  nullable: [
    'updatedAt',
    'name',
    'instanceUuid',
    'instanceName',
    'maintenanceReason',
    'fault',
    'powerState',
    'targetPowerState',
    'targetProvisionState',
    'provisionUpdatedAt',
    'lastError',
    'inspectionStartedAt',
    'inspectionFinishedAt',
    'resourceClass',
    'automatedClean',
    'protectedReason',
    'owner',
    'lessee',
    'description',
    'retiredReason',
    'shard',
    'parentNode',
    'bootMode',
    'secureBoot',
    'health',
  ],
  unsortable: [
    'properties',
    'driver_info',
    'extra',
    'instance_info',
    'driver_internal_info',
    'clean_step',
    'deploy_step',
    'raid_config',
    'target_raid_config',
    'traits',
    'network_data',
    'service_step',
  ],
};

type Fields = ReturnType<typeof fieldsToShow>;

/** Lists of nodes; each takes the same number of queries whatever its length. */
@Injectable()
export class NodeListService {
  readonly #database: Database;
  readonly #conductors: ConductorsService;

  constructor(@Inject(DATABASE) database: Database, @Inject(ConductorsService) conductors: ConductorsService) {
    this.#database = database;
    this.#conductors = conductors;
  }

  /** GET /v1/nodes, or with `chassis` GET /v1/chassis/{chassis}/nodes. */
  async list(call: Call, chassis?: string): Promise<Record<string, unknown>> {
    const given = ownOnly(call, parseArguments(nodeListArguments, queryOf(call, chassis)));
    if (given.fields !== null && call.allows('query.fields')) nodeResource.refuseNewer(call.minor, given.fields);
    checkNodeFilters(call, given);
    const fields = fieldsToShow(call, given, shortFields);
    if (fields.kind === 'chosen') refuseUnknown(fields.names);
    return this.#page(call, given, fields, 'nodes', given.detail);
  }

  /** GET /v1/nodes/detail. */
  async detail(call: Call, chassis?: string): Promise<Record<string, unknown>> {
    const given = ownOnly(call, parseArguments(nodeDetailArguments, queryOf(call, chassis)));
    checkNodeFilters(call, given);
    return this.#page(call, given, { kind: 'all' }, 'nodes/detail', null);
  }

  async #page(call: Call, filters: NodeFilters, fields: Fields, path: string, detail: boolean | null) {
    const paging = pagingOf(call, filters);
    const context = nodeContext(call, await this.#conductors.names());
    const where = nodeCondition(filters, context.conductors, await this.#chassis(filters.chassis_uuid));
    const { orderBy, after } = await pageKeyset(nodeSorting, paging, (uuid) =>
      this.#database.node.findUnique({ where: { uuid } }),
    );
    // Both are made of checked column names of this model, which the types of single columns cannot express.
    const query = {
      where: { AND: [where, after as Prisma.NodeWhereInput] },
      orderBy: orderBy as Prisma.NodeOrderByWithRelationInput[],
      take: paging.limit,
    };
    const { items, last } = await this.#rows(query, context, fields);
    return collection('nodes', items, filters.instance_uuid === null ? last : undefined, {
      base: call.base,
      path,
      limit: paging.limit,
      repeat: {
        sort_key: paging.sortKey,
        sort_dir: paging.sortDir,
        associated: filters.associated || null,
        maintenance: filters.maintenance || null,
        retired: filters.retired || null,
        detail,
      },
      fields: fields.kind === 'all' ? undefined : fields.names,
    });
  }

  async #chassis(uuid: string | null): Promise<number | null> {
    if (uuid === null) return null;
    const chassis = await this.#database.chassis.findUnique({ where: { uuid }, select: { id: true } });
    if (!chassis) throw notFound(`Chassis ${uuid} could not be found.`);
    return chassis.id;
  }

  async #rows(query: Prisma.NodeFindManyArgs, context: ViewContext, fields: Fields) {
    if (fields.kind === 'short') {
      const rows = await this.#database.node.findMany({ ...query, select: shortColumns });
      return { items: rows.map((row) => shortNodeView(row, context)), last: rows.at(-1)?.uuid };
    }
    if (fields.kind === 'all') {
      const ids = await this.#database.node.findMany({ ...query, select: { id: true } });
      const rows = await readNodes(
        this.#database,
        ids.map(({ id }) => id),
      );
      return { items: rows.map((row) => nodeView(row, context)), last: rows.at(-1)?.uuid };
    }
    const rows = await this.#database.node.findMany({ ...query, include: partsFor(fields.names) });
    const items = rows.map((row) => nodeView({ ...noParts, ...row }, context, fields.names));
    return { items, last: rows.at(-1)?.uuid };
  }
}

/** @throws ApiError 400 for what is no field, or one that only exists as a link */
export function refuseUnknown(names: readonly string[]): void {
  const unknown = names.find((name) => !nodeResource.fields.includes(name) || nodeResource.facts(name).always === true);
  if (unknown !== undefined) throw invalid(`Field ${unknown} is not a valid field.`);
}

/** Those who may not see all nodes see those of their project: the filter `project` is theirs. */
function ownOnly<Given extends NodeFilters>(call: Call, given: Given): Given {
  return { ...given, project: call.access.list('node', given.project) };
}

/** A path below a chassis is the same list with the chassis as a filter. */
function queryOf(call: Call, chassis: string | undefined): Readonly<Record<string, unknown>> {
  return chassis === undefined ? call.query : { ...call.query, chassis_uuid: chassis };
}
