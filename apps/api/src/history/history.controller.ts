import { Controller, Get, Inject, Param } from '@nestjs/common';
import { z } from 'zod';
import type { Database } from '#database/client.js';
import type { NodeHistory, Prisma } from '#database/generated/client.js';
import { allowsField } from '#domain/microversions.js';
import { Policy } from '../auth/policy.js';
import { invalid, notFound, routingError } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { NodeFinder } from '../nodes/node-finder.js';
import { Described } from '../openapi/described.js';
import { argument } from '../resource/json-types.js';
import { keyset } from '../resource/keyset.js';
import { linksTo } from '../resource/links.js';
import { collection, pagingArguments, pagingOf } from '../resource/list-query.js';
import { asUuid } from '../resource/names.js';
import { parseArguments } from '../resource/schema-error.js';
import { isoTime } from '../resource/time.js';
import { DATABASE } from '../tokens.js';
import { historyResource } from './history.schema.js';

const listArguments = z.object({ detail: argument.boolean(), ...pagingArguments });
const shortFields = ['uuid', 'created_at', 'severity', 'event'];
/** Length of `event` in a short list. */
const shortEvent = 255;

const sortColumns: Readonly<Record<string, keyof NodeHistory>> = {
  id: 'id',
  uuid: 'uuid',
  created_at: 'createdAt',
  severity: 'severity',
  event: 'event',
  event_type: 'eventType',
  conductor: 'conductor',
  user: 'user',
};

/** `/v1/nodes/{ident}/history`, from 1.78 on. */
@Controller('v1/nodes/:ident/history')
export class HistoryController {
  readonly #database: Database;
  readonly #finder: NodeFinder;

  constructor(@Inject(DATABASE) database: Database, @Inject(NodeFinder) finder: NodeFinder) {
    this.#database = database;
    this.#finder = finder;
  }

  @Get()
  @Policy('baremetal:node:history:get')
  @Described({
    summary: 'List the history of a node',
    since: 'resource.history',
    query: listArguments,
    answer: { list: historyResource, key: 'history' },
  })
  async list(@Param('ident') ident: string, @ThisCall() call: Call) {
    if (!call.allows('resource.history')) throw routingError(404);
    const given = parseArguments(listArguments, call.query);
    const node = await this.#finder.identity(ident, call);
    const detail = given.detail === true;
    const marker = given.marker === null ? undefined : await this.#entry(given.marker);
    const paging = pagingOf(call, given, 'created_at');
    const column = sortColumns[paging.sortKey];
    if (!column) throw invalid(`The sort_key value "${paging.sortKey}" is an invalid field for sorting`);
    const nullable = column === 'conductor' || column === 'user';
    const { orderBy, after } = keyset(
      { name: column, nullable },
      paging,
      marker && { key: marker[column], id: marker.id },
    );
    const rows = await this.#database.nodeHistory.findMany({
      // Both are made of checked column names of this model, which the types of single columns cannot express.
      where: { AND: [{ nodeId: node.id }, after as Prisma.NodeHistoryWhereInput] },
      orderBy: orderBy as Prisma.NodeHistoryOrderByWithRelationInput[],
      take: paging.limit,
    });
    const items = rows.map((row) => historyView(row, node.uuid, call, detail));
    return collection('history', items, rows.at(-1)?.uuid, {
      base: call.base,
      path: `nodes/${ident}/history`,
      limit: paging.limit,
      repeat: { sort_key: paging.sortKey, sort_dir: paging.sortDir },
      fields: detail ? undefined : shortFields,
    });
  }

  @Get(':event')
  @Policy('baremetal:node:history:get')
  @Described({
    summary: 'Show an entry of the history of a node',
    since: 'resource.history',
    answer: { one: historyResource },
  })
  async one(@Param('ident') ident: string, @Param('event') event: string, @ThisCall() call: Call) {
    if (!call.allows('resource.history')) throw routingError(404);
    const node = await this.#finder.identity(ident, call);
    return historyView(await this.#entry(event, node.id), node.uuid, call, true);
  }

  async #entry(ident: string, nodeId?: number): Promise<NodeHistory> {
    const uuid = asUuid(ident);
    const entry = uuid && (await this.#database.nodeHistory.findUnique({ where: { uuid } }));
    if (!entry || (nodeId !== undefined && entry.nodeId !== nodeId)) {
      throw notFound(`Node history record ${ident} could not be found.`);
    }
    return entry;
  }
}

function historyView(row: NodeHistory, nodeUuid: string, call: Call, detail: boolean): Record<string, unknown> {
  const short = {
    uuid: row.uuid,
    created_at: isoTime(row.createdAt),
    severity: row.severity,
    event: detail || row.event.length <= shortEvent ? row.event : `${row.event.slice(0, shortEvent - 4)}...`,
    links: linksTo(call.base, `nodes/${nodeUuid}/history/${row.uuid}`).slice(0, 1),
  };
  if (!detail) return short;
  const more: Record<string, unknown> = {
    event_type: row.eventType,
    conductor: row.conductor,
    user: row.user,
    project: row.project,
    state: row.state,
    target_provision_state: row.targetProvisionState,
    duration_seconds: row.durationSeconds,
  };
  const seen = Object.entries(more).filter(([name]) => allowsField(call.minor, 'history', name));
  return { ...short, ...Object.fromEntries(seen) };
}
