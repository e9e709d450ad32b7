import type { Transaction } from '#database/client.js';
import { stateOf, type LockedNode } from '#database/operations.js';
import { backfillable } from '#domain/states.js';
import { conflict, invalid } from '../errors/api-error.js';
import { shown } from '../resource/shown.js';
import type { NewAllocation } from './allocation.schema.js';
import { allocationParts, type AllocationRow } from './allocation.view.js';

/** The columns of a new allocation. */
export interface NewAllocationColumns {
  readonly uuid: string;
  readonly createdAt: Date;
  readonly name: string | null;
  readonly resourceClass: string | null;
  readonly candidateNodes: readonly string[];
  readonly traits: readonly string[];
  readonly extra: Exclude<NewAllocation['extra'], null | undefined>;
  readonly owner: string | null;
}

/**
 * Records the allocation of a node that has an instance (1.58), both rows in one transaction.
 * @throws ApiError 400 when the node does not fit, 409 when it has another instance; then nothing is kept, where Ironic
 * keeps an allocation in `error`
 */
export async function backfill(
  tx: Transaction,
  { node }: LockedNode,
  data: NewAllocationColumns,
): Promise<AllocationRow> {
  // First, since a UUID or name that is taken is what Ironic says first; whatever is thrown below takes it back.
  const created = await tx.allocation.create({
    data: { ...data, candidateNodes: [...data.candidateNodes], traits: [...data.traits] },
  });
  const traits = await tx.nodeTrait.findMany({ where: { nodeId: node.id } });
  const reasons = unfit(
    data,
    node,
    traits.map(({ trait }) => trait),
  );
  if (reasons.length > 0) {
    throw invalid(
      `Failed to process allocation ${data.uuid}: Cannot backfill an allocation for node ${node.uuid}: ${reasons.join('; ')}.`,
    );
  }
  if (node.instanceUuid !== null && node.instanceUuid !== data.uuid) {
    throw conflict(`Node ${node.uuid} is associated with instance ${node.instanceUuid}.`);
  }
  const wanted = JSON.stringify(data.traits);
  await tx.node.update({ where: { id: node.id }, data: { instanceUuid: data.uuid, updatedAt: new Date() } });
  // Beside it, since the rest of instance_info is sealed.
  await tx.$executeRaw`
    UPDATE nodes SET instance_info = instance_info || jsonb_build_object('traits', ${wanted}::jsonb) WHERE id = ${node.id}`;
  return tx.allocation.update({
    where: { id: created.id },
    data: { nodeId: node.id, state: 'active', updatedAt: new Date() },
    include: allocationParts,
  });
}

/** What speaks against a backfill, in Ironic's words (conductor/allocations.py). */
function unfit(data: NewAllocationColumns, node: LockedNode['node'], traits: readonly string[]): readonly string[] {
  const state = stateOf(node);
  const all = [
    !backfillable(state) && `Node must be in the "active" state, but the current state is "${state}"`,
    data.resourceClass &&
      node.resourceClass !== data.resourceClass &&
      `Resource class ${node.resourceClass ?? 'None'} does not match the requested resource class ${data.resourceClass}`,
    data.traits.some((trait) => !traits.includes(trait)) &&
      `List of traits ${shown(traits)} does not match the requested traits ${shown(data.traits)}`,
    data.candidateNodes.length > 0 &&
      !data.candidateNodes.includes(node.uuid) &&
      `Candidate nodes must be empty or contain the target node, but got ${shown(data.candidateNodes)}`,
  ];
  return all.filter((reason): reason is string => typeof reason === 'string' && reason !== '');
}
