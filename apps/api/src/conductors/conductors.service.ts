import { Inject, Injectable } from '@nestjs/common';
import { prepared, type Database } from '#database/client.js';
import type { Conductor } from '#database/generated/client.js';
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

  /**
   * The same as far as their names go, which is what views of nodes show. Every read of nodes asks for it, so it leaves
   * out what the workers offer, and Prisma, which takes longer than the database.
   */
  async names(): Promise<LiveConductors> {
    const rows = await this.#database.$queryRaw<Omit<Conductor, 'drivers' | 'interfaces'>[]>`
      ${prepared('conductor-names')} SELECT id, hostname, conductor_group AS "conductorGroup", online, created_at AS "createdAt",
        updated_at AS "updatedAt" FROM conductors`;
    return new LiveConductors(
      rows.map((row) => ({ ...row, drivers: [], interfaces: {} })),
      this.#config.conductorHost,
    );
  }

  /** The name to show for the lock of a node in that group. */
  async lockHolder(group: string): Promise<string> {
    return (await this.live()).lockHolder(group);
  }
}
