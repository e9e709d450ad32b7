import { Inject, Injectable } from '@nestjs/common';
import type { Database } from '#database/client.js';
import { notFound } from '../errors/api-error.js';
import { asUuid } from '../resource/names.js';
import { DATABASE } from '../tokens.js';
import { portParts, type PortRow } from './port.view.js';

/** Finds the port that a path names, by UUID or name. */
@Injectable()
export class PortFinder {
  readonly #database: Database;

  constructor(@Inject(DATABASE) database: Database) {
    this.#database = database;
  }

  /** @throws ApiError 404 when there is none */
  async row(ident: string): Promise<PortRow> {
    const uuid = asUuid(ident);
    const where = uuid === undefined ? { name: ident } : { uuid };
    const port = await this.#database.port.findUnique({ where, include: portParts });
    if (!port) throw notFound(`Port ${ident} could not be found.`);
    return port;
  }
}
