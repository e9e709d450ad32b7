import { Controller, Get, Inject, Param } from '@nestjs/common';
import { z } from 'zod';
import type { Database } from '#database/client.js';
import type { NodeHistory, Prisma } from '#database/generated/client.js';
import { Policy } from '../auth/policy.js';
import { notFound, routingError } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { NodeFinder } from '../nodes/node-finder.js';
import { Described } from '../openapi/described.js';
import { pageKeyset, type Sorted } from '../resource/list-page.js';
import { collection, fieldArguments, pagingArguments, pagingOf } from '../resource/list-query.js';
import { byUuid, refuseUnknownFields } from '../resource/one.js';
import { parseArguments } from '../resource/schema-error.js';
import { DATABASE } from '../tokens.js';
import { historyResource } from './history.schema.js';
import { historyView } from './history.view.js';

// Ironic's `next` links have `fields`, which it then refuses: here they lead on.
const listArguments = z.object({ ...fieldArguments, ...pagingArguments });
const shortFields = ['uuid', 'created_at', 'severity', 'event'];

/** The columns that Ironic's table has; those of younger fields and of our own are no sort keys. */
const sortable = ['id', 'uuid', 'createdAt', 'severity', 'event', 'eventType', 'conductor', 'user'];
const sorted: Sorted = {
  noun: 'Node history record',
  resource: historyResource,
  columns: Object.fromEntries(sortable.map((name) => [name, name])),
  nullable: ['conductor', 'user'],
  unsortable: [],
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
    refuseUnknownFields(historyResource, given.fields ?? []);
    const detail = given.detail === true;
    const paging = pagingOf(call, given, 'created_at');
    const { orderBy, after } = await pageKeyset(sorted, paging, (marker) => this.#entry(marker));
    const rows = await this.#database.nodeHistory.findMany({
      // Both are made of checked column names of this model, which the types of single columns cannot express.
      where: { AND: [{ nodeId: node.id }, after as Prisma.NodeHistoryWhereInput] },
      orderBy: orderBy as Prisma.NodeHistoryOrderByWithRelationInput[],
      take: paging.limit,
    });
    const fields = detail ? undefined : (given.fields ?? shortFields);
    const context = { minor: call.minor, base: call.base, nodeUuid: node.uuid, detail };
    const items = rows.map((row) => historyView(row, context, fields));
    return collection('history', items, rows.at(-1)?.uuid, {
      base: call.base,
      path: `nodes/${ident}/history`,
      limit: paging.limit,
      repeat: { sort_key: paging.sortKey, sort_dir: paging.sortDir, detail: given.detail },
      fields,
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
    const entry = await this.#entry(event);
    if (entry?.nodeId !== node.id) throw notFound(`Node history record ${event} could not be found.`);
    return historyView(entry, { minor: call.minor, base: call.base, nodeUuid: node.uuid, detail: true });
  }

  #entry(ident: string): Promise<NodeHistory | null> {
    return byUuid(ident, (uuid) => this.#database.nodeHistory.findUnique({ where: { uuid } }));
  }
}
