import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Database } from '#database/client.js';
import { DATABASE, LOGGER, STARTER, type ApiDependencies } from '../tokens.js';

/** Tells a flow that the fact it waits for is in the rows. */
@Injectable()
export class Beats {
  readonly #database: Database;
  readonly #starter: ApiDependencies['starter'];
  readonly #logger: Logger;

  constructor(
    @Inject(DATABASE) database: Database,
    @Inject(STARTER) starter: ApiDependencies['starter'],
    @Inject(LOGGER) logger: Logger,
  ) {
    this.#database = database;
    this.#starter = starter;
    this.#logger = logger;
  }

  /**
   * Signals the node's flow if its operation waits for a beat. The mark is cleared after the signal, so that a process
   * that dies in between loses nothing; and only while the operation has written nothing since, because then the mark
   * may already belong to its next wait.
   */
  async deliver(operationId: string, nodeUuid: string): Promise<void> {
    const waiting = await this.#database.operation.findFirst({
      where: { id: operationId, awaitsBeat: true, status: 'running' },
      select: { runId: true, sequence: true },
    });
    if (!waiting) return;
    try {
      await this.#starter.beat(nodeUuid);
    } catch (error) {
      this.#logger.warn(
        { err: error, nodeUuid },
        'Temporal did not take a beat; the next one, or the timer, wakes the flow',
      );
      return;
    }
    await this.#database.operation.updateMany({
      where: { id: operationId, awaitsBeat: true, runId: waiting.runId, sequence: waiting.sequence },
      data: { awaitsBeat: false },
    });
  }
}
