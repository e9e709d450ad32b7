import { Inject, Injectable } from '@nestjs/common';
import type { Database } from '#database/client.js';
import { notFound } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { findByUuidOrName, type UuidOrName } from '../resource/one.js';
import { DATABASE } from '../tokens.js';
import { portParts, type PortRow } from './port.view.js';

/** Finds the port that a path names, by UUID or name. */
@Injectable()
export class PortFinder {
  readonly #database: Database;

  constructor(@Inject(DATABASE) database: Database) {
    this.#database = database;
  }

  /** @throws ApiError 404 when there is none, or none that the caller may read; 403 when the rule does not allow it */
  async row(ident: string, call: Call): Promise<PortRow> {
    const find = (where: UuidOrName) => this.#database.port.findUnique({ where, include: portParts });
    const port = await findByUuidOrName('Port', ident, find);
    call.access.partOfNode(port.node, () => notFound(`Port ${ident} could not be found.`));
    return port;
  }
}
