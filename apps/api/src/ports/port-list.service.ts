import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Database } from '#database/client.js';
import { Prisma } from '#database/generated/client.js';
import { minimalVersionText } from '#domain/microversions.js';
import { forbidden, invalid, notAcceptable } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { NodeFinder } from '../nodes/node-finder.js';
import { ofProject } from '../nodes/node-list.query.js';
import { PortgroupFinder } from '../portgroups/portgroup-finder.js';
import { argument } from '../resource/json-types.js';
import { listFields, listPage, type Listed, type ListParameters } from '../resource/list-page.js';
import { fieldArguments, pagingArguments } from '../resource/list-query.js';
import { asUuid } from '../resource/names.js';
import { parseArguments } from '../resource/schema-error.js';
import { DATABASE } from '../tokens.js';
import { portResource } from './port.schema.js';
import { portParts, portView, type PortRow } from './port.view.js';

/** Query parameters of GET /v1/ports/detail. */
export const portDetailArguments = z.object({
  ...pagingArguments,
  address: argument.macAddress(),
  conductor_groups: argument.strings(),
  description_contains: argument.string(),
  node: argument.uuidOrName(),
  node_uuid: argument.uuid(),
  portgroup: argument.uuidOrName(),
  shard: argument.strings(),
});

/** Query parameters of GET /v1/ports. */
export const portListArguments = z.object({ ...portDetailArguments.shape, ...fieldArguments });

type Filters = z.output<typeof portDetailArguments>;

/** What the path says whose ports are listed. */
export interface PortParent {
  readonly node?: string;
  readonly portgroup?: string;
}

const portList: Listed<PortRow, Prisma.PortWhereInput, Prisma.PortOrderByWithRelationInput> = {
  key: 'ports',
  noun: 'Port',
  resource: portResource,
  short: ['uuid', 'address'],
  columns: Prisma.PortScalarFieldEnum,
  nullable: ['updatedAt', 'name', 'description', 'vendor', 'category', 'physicalNetwork'],
  unsortable: ['extra', 'internal_info', 'local_link_connection'],
  find: (database, query) => database.port.findMany({ ...query, include: portParts }),
  marker: (database, uuid) => database.port.findUnique({ where: { uuid } }),
  markerOf: (port) => port.uuid,
  view: portView,
};

/** Lists of ports, also those of one node or portgroup. */
@Injectable()
export class PortListService {
  readonly #database: Database;
  readonly #finder: NodeFinder;
  readonly #portgroups: PortgroupFinder;

  constructor(
    @Inject(DATABASE) database: Database,
    @Inject(NodeFinder) finder: NodeFinder,
    @Inject(PortgroupFinder) portgroups: PortgroupFinder,
  ) {
    this.#database = database;
    this.#finder = finder;
    this.#portgroups = portgroups;
  }

  /** GET /v1/ports, or the ports of the parent that the path names. */
  async list(call: Call, parent: PortParent = {}): Promise<Record<string, unknown>> {
    const given = parseArguments(portListArguments, call.query);
    return this.#page(call, given, 'ports', parent);
  }

  /** GET /v1/ports/detail. */
  async detail(call: Call, parent: PortParent = {}): Promise<Record<string, unknown>> {
    const given = parseArguments(portDetailArguments, call.query);
    return this.#page(call, given, 'ports/detail', parent);
  }

  async #page(call: Call, given: Filters & ListParameters, path: string, parent: PortParent) {
    const fields = listFields(call, portList, given);
    checkFilters(call, given);
    const where = await this.#condition(call, given, parent);
    return listPage(call, this.#database, portList, { given, fields, where, path });
  }

  async #condition(call: Call, given: Filters, parent: PortParent): Promise<Prisma.PortWhereInput> {
    const node = parent.node ?? given.node_uuid ?? given.node;
    const portgroup = parent.portgroup ?? given.portgroup;
    const exclusive = [node, portgroup, given.shard?.join()].filter(Boolean);
    if (exclusive.length > 1) throw forbidden();
    if (given.conductor_groups?.length && (node || portgroup || given.address)) {
      throw invalid(
        'Filtering by conductor_groups cannot be combined with node_ident, portgroup_ident, or node address filters.',
      );
    }
    const project = call.access.list('port');
    const and: Prisma.PortWhereInput[] = project === null ? [] : [{ node: ofProject(project) }];
    if (portgroup) and.push({ portgroupId: await this.#portgroups.id(portgroup, call) });
    if (parent.node) and.push({ nodeId: (await this.#finder.identity(parent.node, call)).id });
    else if (node) and.push({ nodeId: (await this.#finder.ofFilter(node, call)).id });
    if (given.shard?.length) and.push({ node: { shard: { in: given.shard } } });
    if (given.address) and.push({ address: given.address });
    if (given.conductor_groups?.length) and.push({ node: { conductorGroup: { in: given.conductor_groups } } });
    if (given.description_contains) {
      and.push({ description: { contains: given.description_contains, mode: 'insensitive' } });
    }
    return { AND: and };
  }
}

function checkFilters(call: Call, given: Filters): void {
  if (given.portgroup !== null && !call.allows('filter.ports.portgroup')) throw notAcceptable();
  if (given.shard !== null && !call.allows('filter.ports.shard')) {
    throw notAcceptable(minimalVersionText('filter.ports.shard'));
  }
  const named = given.node_uuid === null && given.node !== null && asUuid(given.node) === undefined;
  if (named && !call.allows('behaviour.nodeByName')) throw notAcceptable();
}
