import { Controller, Get, Inject, Param } from '@nestjs/common';
import { z } from 'zod';
import type { Database } from '#database/client.js';
import { Policy } from '../auth/policy.js';
import { notFound, routingError } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { NodeFinder } from '../nodes/node-finder.js';
import { Described } from '../openapi/described.js';
import { parseArguments } from '../resource/schema-error.js';
import { DATABASE } from '../tokens.js';

const noArguments = z.object({});
const inventoryAnswer = z.object({
  inventory: z.record(z.string(), z.unknown()),
  plugin_data: z.record(z.string(), z.unknown()),
});

/** `/v1/nodes/{ident}/inventory`, from 1.81 on: what the last inspection found. */
@Controller('v1/nodes/:ident/inventory')
export class InventoryController {
  readonly #database: Database;
  readonly #finder: NodeFinder;

  constructor(@Inject(DATABASE) database: Database, @Inject(NodeFinder) finder: NodeFinder) {
    this.#database = database;
    this.#finder = finder;
  }

  @Get()
  @Policy('baremetal:node:inventory:get')
  @Described({
    summary: 'Show the inventory of a node',
    since: 'resource.inventory',
    query: noArguments,
    answer: { schema: inventoryAnswer },
  })
  async show(@Param('ident') ident: string, @ThisCall() call: Call) {
    if (!call.allows('resource.inventory')) throw routingError(404);
    parseArguments(noArguments, call.query);
    const node = await this.#finder.identity(ident, call);
    const row = await this.#database.nodeInventory.findUnique({ where: { nodeId: node.id } });
    if (!row) throw notFound(`Node inventory record for node ${node.uuid} could not be found.`);
    return { inventory: row.inventory, plugin_data: row.pluginData };
  }
}
