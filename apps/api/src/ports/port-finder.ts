import { Inject, Injectable } from '@nestjs/common';
import type { Database } from '#database/client.js';
import { findByUuidOrName } from '../resource/one.js';
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
    return findByUuidOrName('Port', ident, (where) => this.#database.port.findUnique({ where, include: portParts }));
  }
}
