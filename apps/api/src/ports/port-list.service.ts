import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Database } from '#database/client.js';
import { Prisma } from '#database/generated/client.js';
import { minimalVersionText } from '#domain/microversions.js';
import { forbidden, invalid, notAcceptable, notFound } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { NodeFinder } from '../nodes/node-finder.js';
import { argument } from '../resource/json-types.js';
import { keyset, type SortColumn } from '../resource/keyset.js';
import {
  collection,
  fieldArguments,
  fieldsToShow,
  pagingArguments,
  pagingOf,
  type Paging,
} from '../resource/list-query.js';
import { asUuid } from '../resource/names.js';
import { parseArguments } from '../resource/schema-error.js';
import { DATABASE } from '../tokens.js';
import { portResource } from './port.schema.js';
import { portParts, portView, shortPortFields } from './port.view.js';

const filters = z.object({
  ...pagingArguments,
  address: argument.macAddress(),
  conductor_groups: argument.strings(),
  description_contains: argument.string(),
  node: argument.uuidOrName(),
  node_uuid: argument.uuid(),
  portgroup: argument.uuidOrName(),
  shard: argument.strings(),
});
const listArguments = z.object({ ...filters.shape, ...fieldArguments });
type Filters = z.output<typeof filters>;

const unsortable = ['extra', 'internal_info', 'local_link_connection'];
const nullable = new Set(['updatedAt', 'name', 'description', 'vendor', 'category', 'physicalNetwork']);

/** Lists of ports, also those of one node. */
@Injectable()
export class PortListService {
  readonly #database: Database;
  readonly #finder: NodeFinder;

  constructor(@Inject(DATABASE) database: Database, @Inject(NodeFinder) finder: NodeFinder) {
    this.#database = database;
    this.#finder = finder;
  }

  /** GET /v1/ports, or with `parent` GET /v1/nodes/{parent}/ports. */
  async list(call: Call, parent?: string): Promise<Record<string, unknown>> {
    const given = parseArguments(listArguments, call.query);
    if (given.fields !== null && !call.allows('query.fields')) throw notAcceptable();
    portResource.refuseNewer(call.minor, given.fields ?? []);
    checkFilters(call, given);
    const fields = fieldsToShow(call, given, shortPortFields);
    if (fields.kind === 'chosen') refuseUnknownPortFields(fields.names);
    return this.#page(call, given, fields.kind === 'all' ? undefined : fields.names, 'ports', given.detail, parent);
  }

  /** GET /v1/ports/detail. */
  async detail(call: Call, parent?: string): Promise<Record<string, unknown>> {
    const given = parseArguments(filters, call.query);
    checkFilters(call, given);
    return this.#page(call, given, undefined, 'ports/detail', null, parent);
  }

  async #page(
    call: Call,
    given: Filters,
    names: readonly string[] | undefined,
    path: string,
    detail: boolean | null,
    parent: string | undefined,
  ): Promise<Record<string, unknown>> {
    const paging = pagingOf(given);
    const { orderBy, after } = await this.#keyset(paging);
    const where = await this.#condition(call, given, parent);
    const rows = await this.#database.port.findMany({
      // Both are made of checked column names of this model, which the types of single columns cannot express.
      where: { AND: [where, after as Prisma.PortWhereInput] },
      orderBy: orderBy as Prisma.PortOrderByWithRelationInput[],
      take: paging.limit,
      include: portParts,
    });
    const items = rows.map((row) => portView(row, call, names));
    return collection('ports', items, rows.at(-1)?.uuid, {
      base: call.base,
      path,
      limit: paging.limit,
      repeat: { sort_key: paging.sortKey, sort_dir: paging.sortDir, detail },
      fields: names,
    });
  }

  async #condition(call: Call, given: Filters, parent: string | undefined): Promise<Prisma.PortWhereInput> {
    const node = parent ?? given.node_uuid ?? given.node;
    const exclusive = [node, given.portgroup, given.shard].filter((filter) => filter !== null && filter !== undefined);
    if (exclusive.length > 1) throw forbidden();
    if (given.conductor_groups !== null && (node || given.portgroup || given.address)) {
      throw invalid(
        'Filtering by conductor_groups cannot be combined with node_ident, portgroup_ident, or node address filters.',
      );
    }
    if (given.portgroup) throw notFound(`Portgroup ${given.portgroup} could not be found.`);
    const and: Prisma.PortWhereInput[] = [];
    if (node) and.push({ nodeId: (await this.#finder.identity(node, call)).id });
    if (given.shard) and.push({ node: { shard: { in: [...given.shard] } } });
    if (given.address) and.push({ address: given.address });
    if (given.conductor_groups) and.push({ node: { conductorGroup: { in: [...given.conductor_groups] } } });
    if (given.description_contains) {
      and.push({ description: { contains: given.description_contains, mode: 'insensitive' } });
    }
    return { AND: and };
  }

  async #keyset(paging: Paging) {
    const column = sortColumn(paging.sortKey);
    if (paging.marker === null) return keyset(column, paging, undefined);
    const marker = await this.#database.port.findUnique({ where: { uuid: paging.marker } });
    if (!marker) throw notFound(`Port ${paging.marker} could not be found.`);
    const key = Object.entries(marker).find(([name]) => name === column.name)?.[1];
    return keyset(column, paging, { key, id: marker.id });
  }
}

/** @throws ApiError 400 for names that are no fields of a port */
export function refuseUnknownPortFields(names: readonly string[]): void {
  const known = portResource.fields.filter((name) => portResource.facts(name).hidden !== true);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw invalid(`Field(s) "${unknown.join(', ')}" are not valid`);
}

function checkFilters(call: Call, given: Filters): void {
  if (given.sort_key !== null) portResource.refuseNewer(call.minor, [given.sort_key]);
  if (given.portgroup !== null && !call.allows('filter.ports.portgroup')) throw notAcceptable();
  if (given.shard !== null && !call.allows('filter.ports.shard')) {
    throw notAcceptable(minimalVersionText('filter.ports.shard'));
  }
  if (given.conductor_groups !== null && !call.allows('filter.ports.conductor_groups')) {
    throw notAcceptable(minimalVersionText('filter.ports.conductor_groups'));
  }
  const named = given.node_uuid === null && given.node !== null && asUuid(given.node) === undefined;
  if (named && !call.allows('behaviour.nodeByName')) throw notAcceptable();
}

function sortColumn(key: string): SortColumn {
  if (unsortable.includes(key)) throw invalid(`The sort_key value ${key} is an invalid field for sorting`);
  const name = key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const known = key === 'id' || portResource.fields.includes(key);
  if (!known || !Object.hasOwn(Prisma.PortScalarFieldEnum, name)) {
    throw invalid(`The sort_key value "${key}" is an invalid field for sorting`);
  }
  return { name, nullable: nullable.has(name) };
}
