import { Inject, Injectable } from '@nestjs/common';
import type { Database } from '#database/client.js';
import type { Call } from '../http/call.js';
import { invalid, notFound } from '../errors/api-error.js';
import { asUuid, isLogicalName } from '../resource/names.js';
import { findByUuidOrName, type UuidOrName } from '../resource/one.js';
import { DATABASE } from '../tokens.js';
import { allocationParts, type AllocationRow } from './allocation.view.js';

/** Finds the allocation that a path names, by UUID or name. */
@Injectable()
export class AllocationFinder {
  readonly #database: Database;

  constructor(@Inject(DATABASE) database: Database) {
    this.#database = database;
  }

  /**
   * @throws ApiError 404 when there is none, or none that the caller may read; 400 for what can be neither UUID nor
   * name, 403 when the rule does not allow it
   */
  async row(ident: string, call: Call): Promise<AllocationRow> {
    if (asUuid(ident) === undefined && !isLogicalName(ident)) {
      throw invalid(`Expected a logical name or UUID but received ${ident}.`);
    }
    const find = (where: UuidOrName) => this.#database.allocation.findUnique({ where, include: allocationParts });
    const allocation = await findByUuidOrName('Allocation', ident, find, call);
    call.access.allocation(allocation.owner, () => notFound(`Allocation ${ident} could not be found.`));
    return allocation;
  }
}
