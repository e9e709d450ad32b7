import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER, STARTER, type ApiDependencies } from '../tokens.js';

/**
 * Tells the flow of the allocations that there are new ones. One call tells of all rows that are committed by then, so
 * while one is under way at most one more waits, however many allocations come. A failure is only a delay: the
 * reconciler finds what was left.
 */
@Injectable()
export class AllocationLauncher {
  readonly #starter: ApiDependencies['starter'];
  readonly #logger: Logger;
  #running = false;
  #again = false;

  constructor(@Inject(STARTER) starter: ApiDependencies['starter'], @Inject(LOGGER) logger: Logger) {
    this.#starter = starter;
    this.#logger = logger;
  }

  /** Returns at once. */
  launch(): void {
    if (this.#running) this.#again = true;
    else void this.#tell();
  }

  async #tell(): Promise<void> {
    this.#running = true;
    do {
      this.#again = false;
      await this.#starter.allocate().catch((error: unknown) => {
        this.#logger.warn({ err: error }, 'Temporal was not told of new allocations; the reconciler will find them');
      });
    } while (this.#again);
    this.#running = false;
  }
}
