import { Inject, Injectable } from '@nestjs/common';
import type { Database } from '#database/client.js';
import { routingError } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { asUuid, isLogicalName } from '../resource/names.js';
import { findByUuidOrName } from '../resource/one.js';
import { DATABASE } from '../tokens.js';
import { portgroupParts, type PortgroupRow } from './portgroup.view.js';

/** Finds the portgroup that a path or a filter names, by UUID or name. */
@Injectable()
export class PortgroupFinder {
  readonly #database: Database;

  constructor(@Inject(DATABASE) database: Database) {
    this.#database = database;
  }

  /** @throws ApiError 404 when there is none */
  async row(ident: string, call?: Call): Promise<PortgroupRow> {
    const find = (where: { uuid: string } | { name: string }) =>
      this.#database.portgroup.findUnique({ where, include: portgroupParts });
    return findByUuidOrName('Portgroup', ident, find, call);
  }

  /** The key of the portgroup. @throws ApiError 404 when there is none */
  async id(ident: string): Promise<number> {
    const find = (where: { uuid: string } | { name: string }) =>
      this.#database.portgroup.findUnique({ where, select: { id: true } });
    return (await findByUuidOrName('Portgroup', ident, find)).id;
  }
}

/** @throws ApiError 400, as from the router, for what can be neither UUID nor name */
export function refusePortgroupIdent(ident: string): void {
  if (!isLogicalName(ident) && asUuid(ident) === undefined) {
    throw routingError(400, `Expected UUID or name for portgroup: ${ident}`);
  }
}
