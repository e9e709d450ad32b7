import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Database } from '#database/client.js';
import type { Prisma } from '#database/generated/client.js';
import { minimalVersionText } from '#domain/microversions.js';
import { invalid, notAcceptable } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { NodeFinder } from '../nodes/node-finder.js';
import { ofProject } from '../nodes/node-list.query.js';
import { argument } from '../resource/json-types.js';
import { listFields, listPage, type ListParameters } from '../resource/list-page.js';
import { fieldArguments, pagingArguments } from '../resource/list-query.js';
import { parseArguments } from '../resource/schema-error.js';
import { DATABASE } from '../tokens.js';
import { portgroupList } from './portgroup.view.js';

/** Query parameters of GET /v1/portgroups/detail. */
export const portgroupDetailArguments = z.object({
  ...pagingArguments,
  address: argument.macAddress(),
  conductor_groups: argument.strings(),
  node: argument.uuidOrName(),
  shard: argument.strings(),
});

/** Query parameters of GET /v1/portgroups. */
export const portgroupListArguments = z.object({ ...portgroupDetailArguments.shape, ...fieldArguments });

type Filters = z.output<typeof portgroupDetailArguments>;

/** Lists of portgroups, also those of one node. */
@Injectable()
export class PortgroupListService {
  readonly #database: Database;
  readonly #nodes: NodeFinder;

  constructor(@Inject(DATABASE) database: Database, @Inject(NodeFinder) nodes: NodeFinder) {
    this.#database = database;
    this.#nodes = nodes;
  }

  /** GET /v1/portgroups, or with `parent` GET /v1/nodes/{parent}/portgroups. */
  async list(call: Call, parent?: string): Promise<Record<string, unknown>> {
    return this.#page(call, parseArguments(portgroupListArguments, call.query), 'portgroups', parent);
  }

  /** GET /v1/portgroups/detail. */
  async detail(call: Call, parent?: string): Promise<Record<string, unknown>> {
    return this.#page(call, parseArguments(portgroupDetailArguments, call.query), 'portgroups/detail', parent);
  }

  async #page(call: Call, given: Filters & ListParameters, path: string, parent: string | undefined) {
    if (given.shard !== null && !call.allows('filter.portgroups.shard')) {
      throw notAcceptable(minimalVersionText('filter.portgroups.shard'));
    }
    const fields = listFields(call, portgroupList, given);
    const where = await this.#condition(call, given, parent);
    return listPage(call, this.#database, portgroupList, { given, fields, where, path });
  }

  async #condition(call: Call, given: Filters, parent: string | undefined): Promise<Prisma.PortgroupWhereInput> {
    const project = call.access.list('portgroup');
    const asked = await this.#filter(call, given, parent);
    return project === null ? asked : { AND: [asked, { node: ofProject(project) }] };
  }

  async #filter(call: Call, given: Filters, parent: string | undefined): Promise<Prisma.PortgroupWhereInput> {
    const { address, shard, conductor_groups: groups } = given;
    const node = parent ?? given.node;
    if ([node, address, shard, groups].filter((filter) => filter?.length).length > 1) {
      throw invalid('Filtering by node, address, or shard simultaneously is not supported.');
    }
    if (parent) return { nodeId: (await this.#nodes.identity(parent, call)).id };
    if (node) return { nodeId: (await this.#nodes.ofFilter(node, call)).id };
    if (address) return { address };
    if (shard?.length) return { node: { shard: { in: shard } } };
    if (groups?.length) return { node: { conductorGroup: { in: groups } } };
    return {};
  }
}
