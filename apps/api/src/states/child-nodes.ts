import type { Transaction } from '#database/client.js';
import type { UserStep } from '#domain/steps.js';
import { invalid } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { nodeNotFound } from '../nodes/node-finder.js';
import { asUuid } from '../resource/names.js';

/**
 * Steps that are limited to some child nodes name them by uuid; the caller has to be allowed to change their states too
 * (Ironic api/controllers/v1/node.py _check_steps).
 * @throws ApiError 400 for what is no uuid (Ironic: 500), 404 for a node that is not there or not to be seen, 403
 */
export async function refuseForeignChildren(tx: Transaction, steps: readonly UserStep[], call: Call): Promise<void> {
  const limited = steps.filter(({ executeOnChildNodes }) => executeOnChildNodes === true);
  const named = limited.flatMap(({ step, limitChildNodeExecution = [] }) =>
    limitChildNodeExecution.map((entry) => ({ step, entry, uuid: asUuid(entry) })),
  );
  if (named.length === 0) return;
  const uuids = named.flatMap(({ uuid }) => uuid ?? []);
  const nodes = await tx.node.findMany({
    where: { uuid: { in: uuids } },
    select: { uuid: true, owner: true, lessee: true },
  });
  const known = new Map(nodes.map((node) => [node.uuid, node]));
  for (const { step, entry, uuid } of named) {
    if (uuid === undefined) {
      throw invalid(`Invalid entry detected for execute_on_child_node parameter in step ${step}.`);
    }
    // As it is written, since the step looks for it so.
    const node = known.get(entry);
    if (!node) throw nodeNotFound(entry);
    call.access.node(node, () => nodeNotFound(entry), ['baremetal:node:set_provision_state']);
  }
}
