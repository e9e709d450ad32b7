import type { Transaction } from '#database/client.js';
import type { UserStep } from '#domain/steps.js';
import { invalid, notFound } from '../errors/api-error.js';
import { asUuid } from '../resource/names.js';

/**
 * Steps that are limited to some child nodes name them by uuid.
 * @throws ApiError 400 for what is no uuid (Ironic: 500), 404 for a node that is not there
 */
export async function refuseForeignChildren(tx: Transaction, steps: readonly UserStep[]): Promise<void> {
  const limited = steps.filter((step) => step.executeOnChildNodes === true && step.limitChildNodeExecution);
  for (const { step, limitChildNodeExecution: limit = [] } of limited) {
    for (const entry of limit) {
      const uuid = asUuid(entry);
      if (uuid === undefined) {
        throw invalid(`Invalid entry detected for execute_on_child_node parameter in step ${step}.`);
      }
      if ((await tx.node.count({ where: { uuid } })) === 0) throw notFound(`Node ${entry} could not be found.`);
    }
  }
}
