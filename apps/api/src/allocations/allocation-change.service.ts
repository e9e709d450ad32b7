import { Inject, Injectable } from '@nestjs/common';
import type { Database, Transaction } from '#database/client.js';
import { stateOf } from '#database/operations.js';
import { allocationRemovable, isDeployed } from '#domain/states.js';
import { conflict, invalid, notFound } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { NodeFinder } from '../nodes/node-finder.js';
import { orConflict, patched, readPatch } from '../resource/change.js';
import { valuesFor } from '../resource/json-patch.js';
import { changeRow } from '../resource/locked-row.js';
import { isLogicalName } from '../resource/names.js';
import { shown } from '../resource/shown.js';
import { DATABASE } from '../tokens.js';
import { AllocationFinder } from './allocation-finder.js';
import { patchable, patchedAllocation } from './allocation.schema.js';
import { allocationParts, allocationView, type AllocationRow } from './allocation.view.js';

/** PATCH and DELETE of allocations. */
@Injectable()
export class AllocationChangeService {
  readonly #database: Database;
  readonly #nodes: NodeFinder;
  readonly #allocations: AllocationFinder;

  constructor(
    @Inject(DATABASE) database: Database,
    @Inject(NodeFinder) nodes: NodeFinder,
    @Inject(AllocationFinder) allocations: AllocationFinder,
  ) {
    this.#database = database;
    this.#nodes = nodes;
    this.#allocations = allocations;
  }

  async patch(ident: string, call: Call): Promise<Record<string, unknown>> {
    const { uuid } = await this.#allocations.row(ident, call);
    const patch = readPatch(call, patchable);
    const wrong = valuesFor(patch, '/name').find((name) => typeof name === 'string' && name && !isLogicalName(name));
    if (wrong !== undefined) throw invalid(`Cannot update allocation with invalid name ${shown(wrong)}`);
    const read = (tx: Transaction) => tx.allocation.findUnique({ where: { uuid }, include: allocationParts });
    const allocation = await changeRow(this.#database, { table: 'allocations', uuid, read }, (tx, before) => {
      const { name = null, extra } = patched(patchedAllocation, { name: before.name, extra: before.extra }, patch);
      if (patch.length === 0) return Promise.resolve(before);
      const data = { name, extra: extra ?? {}, updatedAt: new Date() };
      return orConflict({ name: `An allocation with name ${name} already exists.` }, () =>
        tx.allocation.update({ where: { id: before.id }, data, include: allocationParts }),
      );
    });
    return allocationView(allocation, call);
  }

  /** DELETE /v1/allocations/{ident}. */
  async delete(ident: string, call: Call): Promise<void> {
    await this.#remove(await this.#allocations.row(ident, call));
  }

  /** DELETE /v1/nodes/{ident}/allocation. */
  async deleteOfNode(ident: string, call: Call): Promise<void> {
    const { id } = await this.#nodes.identity(ident, call, ['baremetal:node:get']);
    const found = await this.#database.allocation.findUnique({ where: { nodeId: id }, include: allocationParts });
    if (!found) throw allocationOfNodeNotFound(ident);
    call.access.demand('baremetal:allocation:delete', { 'allocation.owner': found.owner });
    await this.#remove(found);
  }

  async #remove(allocation: AllocationRow): Promise<void> {
    const { id } = allocation;
    if (allocation.node) return this.#removeFromNode(allocation, allocation.node.uuid);
    // Without effect when it got a node in this moment.
    const { count } = await this.#database.allocation.deleteMany({ where: { id, nodeId: null } });
    if (count > 0) return;
    const now = await this.#database.allocation.findUnique({ where: { id }, include: allocationParts });
    if (now?.node) await this.#removeFromNode(now, now.node.uuid);
  }

  /** @throws ApiError 409 while an instance runs or work is under way (conductor/allocations.py) */
  async #removeFromNode({ id, uuid }: AllocationRow, nodeUuid: string): Promise<void> {
    await this.#nodes.exclusive(nodeUuid, async (tx, { node }) => {
      const state = stateOf(node);
      if (!allocationRemovable(state, node.targetProvisionState, node)) {
        const why = isDeployed(state)
          ? 'the node is active (and maintenance mode is off)'
          : `the node is in state ${state} where updates are not allowed (and maintenance mode is off)`;
        throw conflict(`Cannot remove allocation ${uuid} for node ${nodeUuid}, because ${why}`);
      }
      const { count } = await tx.allocation.deleteMany({ where: { id, nodeId: node.id } });
      if (count === 0) return;
      await tx.node.update({ where: { id: node.id }, data: { instanceUuid: null, updatedAt: new Date() } });
    });
  }
}

/** Ironic's text for a node without an allocation. */
export function allocationOfNodeNotFound(ident: string) {
  return notFound(`Allocation for node ${ident} was not found`);
}
