import { Inject, Injectable } from '@nestjs/common';
import type { Database } from '#database/client.js';
import { notFound, routingError } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { asUuid, isLogicalName } from '../resource/names.js';
import { findByUuidOrName, type UuidOrName } from '../resource/one.js';
import { DATABASE } from '../tokens.js';
import { portgroupParts, type PortgroupRow } from './portgroup.view.js';

/** Finds the portgroup that a path or a filter names, by UUID or name. */
@Injectable()
export class PortgroupFinder {
  readonly #database: Database;

  constructor(@Inject(DATABASE) database: Database) {
    this.#database = database;
  }

  /**
   * @param jsonSuffix may the name end in `.json`, which old clients do not mean as part of it?
   * @throws ApiError 404 when there is none, or none that the caller may read; 403 when the rule does not allow it
   */
  async row(ident: string, call: Call, { jsonSuffix = false } = {}): Promise<PortgroupRow> {
    const find = (where: UuidOrName) => this.#database.portgroup.findUnique({ where, include: portgroupParts });
    const portgroup = await findByUuidOrName('Portgroup', ident, find, jsonSuffix ? call : undefined);
    call.access.partOfNode(portgroup.node, () => notFound(`Portgroup ${ident} could not be found.`));
    return portgroup;
  }

  /** The key of the portgroup whose ports are listed. @throws ApiError 404 when there is none for the caller */
  async id(ident: string, call: Call): Promise<number> {
    return (await this.row(ident, call)).id;
  }
}

/** @throws ApiError 400, as from the router, for what can be neither UUID nor name */
export function refusePortgroupIdent(ident: string): void {
  if (!isLogicalName(ident) && asUuid(ident) === undefined) {
    throw routingError(400, `Expected UUID or name for portgroup: ${ident}`);
  }
}
