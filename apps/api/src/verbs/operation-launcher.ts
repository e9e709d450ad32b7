import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Accepted } from '#database/operations.js';
import { LOGGER, STARTER, type ApiDependencies } from '../tokens.js';

/**
 * Starts flows for rows that are already committed. A failure is only a delay: the reconciler starts what was not
 * started, so the client is told that its request is accepted either way.
 */
@Injectable()
export class OperationLauncher {
  readonly #starter: ApiDependencies['starter'];
  readonly #logger: Logger;

  constructor(@Inject(STARTER) starter: ApiDependencies['starter'], @Inject(LOGGER) logger: Logger) {
    this.#starter = starter;
    this.#logger = logger;
  }

  /** @param carrier the operation whose flow the node's wait belongs to, when it is another one */
  async launch(accepted: Accepted, carrier: Accepted = accepted): Promise<void> {
    try {
      await this.#starter.start(accepted, carrier);
    } catch (error) {
      const { operationId, nodeUuid, type } = accepted;
      this.#logger.warn(
        { err: error, operationId, nodeUuid, type },
        'Temporal did not take the start of this operation; the reconciler will start it',
      );
    }
  }
}
