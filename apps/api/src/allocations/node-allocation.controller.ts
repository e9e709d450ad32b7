import { Controller, Delete, Get, HttpCode, Inject, Param } from '@nestjs/common';
import type { Database } from '#database/client.js';
import { Policy } from '../auth/policy.js';
import { routingError } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { NodeFinder } from '../nodes/node-finder.js';
import { Described } from '../openapi/described.js';
import { oneArguments } from '../resource/one.js';
import { parseArguments } from '../resource/schema-error.js';
import { DATABASE } from '../tokens.js';
import { AllocationChangeService, allocationOfNodeNotFound } from './allocation-change.service.js';
import { nodeId, refuseUnseenFields } from './allocation-list.service.js';
import { allocationResource } from './allocation.schema.js';
import { allocationParts, allocationView } from './allocation.view.js';

/** `/v1/nodes/{ident}/allocation`: the allocation that has the node. */
@Controller('v1/nodes/:ident/allocation')
export class NodeAllocationController {
  readonly #database: Database;
  readonly #nodes: NodeFinder;
  readonly #changes: AllocationChangeService;

  constructor(
    @Inject(DATABASE) database: Database,
    @Inject(NodeFinder) nodes: NodeFinder,
    @Inject(AllocationChangeService) changes: AllocationChangeService,
  ) {
    this.#database = database;
    this.#nodes = nodes;
    this.#changes = changes;
  }

  @Get()
  @Policy('baremetal:allocation:get')
  @Described({
    summary: 'Show the allocation of a node',
    since: 'resource.allocations',
    query: oneArguments,
    answer: { one: allocationResource },
  })
  async one(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseOlder(call);
    const { fields } = parseArguments(oneArguments, call.query);
    // Ironic reads the node as a filter of the list of allocations.
    const id = await nodeId(this.#nodes, ident, call);
    refuseUnseenFields(call, fields);
    const row = await this.#database.allocation.findUnique({ where: { nodeId: id }, include: allocationParts });
    if (!row) throw allocationOfNodeNotFound(ident);
    call.access.allocation(row.owner, () => allocationOfNodeNotFound(ident));
    return allocationView(row, call, fields ?? undefined);
  }

  @Delete()
  @HttpCode(204)
  @Policy('baremetal:allocation:delete')
  @Described({ summary: 'Delete the allocation of a node', since: 'resource.allocations', status: 204, answer: null })
  delete(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseOlder(call);
    return this.#changes.deleteOfNode(ident, call);
  }
}

function refuseOlder(call: Call): void {
  if (!call.allows('resource.allocations')) throw routingError(404);
}
