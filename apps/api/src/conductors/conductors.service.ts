import { Inject, Injectable } from '@nestjs/common';
import type { Database } from '#database/client.js';
import type { ApiConfig } from '../config.js';
import { CONFIG, DATABASE } from '../tokens.js';
import { LiveConductors } from './live-conductors.js';

/** Reads who works, from the rows that workers keep. */
@Injectable()
export class ConductorsService {
  readonly #database: Database;
  readonly #config: ApiConfig;

  constructor(@Inject(DATABASE) database: Database, @Inject(CONFIG) config: ApiConfig) {
    this.#database = database;
    this.#config = config;
  }

  /** The workers alive now; one query. */
  async live(): Promise<LiveConductors> {
    return new LiveConductors(await this.#database.conductor.findMany(), this.#config.conductorHost);
  }

  /** The name to show for the lock of a node in that group. */
  async lockHolder(group: string): Promise<string> {
    return (await this.live()).lockHolder(group);
  }
}
