import { recordChangeFailure } from '#database/change-failure.js';
import type { Database } from '#database/client.js';
import type { CallActivities } from '../contract.js';

/** What the row writes of calls need. */
export interface CallDeps {
  readonly database: Database;
  /** Name of this worker in history rows. */
  readonly conductor: string;
}

/** See {@link CallActivities}. */
export function createCallActivities({ database, conductor }: CallDeps): CallActivities {
  return {
    async recordFailure(nodeUuid, failure, cause) {
      await database.$transaction(async (tx) => {
        const node = await tx.node.findUnique({ where: { uuid: nodeUuid } });
        if (node) await recordChangeFailure(tx, node, conductor, failure, cause);
      });
    },
  };
}
