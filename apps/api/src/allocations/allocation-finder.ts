import { Inject, Injectable } from '@nestjs/common';
import type { Database } from '#database/client.js';
import type { Call } from '../http/call.js';
import { invalid } from '../errors/api-error.js';
import { asUuid, isLogicalName } from '../resource/names.js';
import { findByUuidOrName } from '../resource/one.js';
import { DATABASE } from '../tokens.js';
import { allocationParts, type AllocationRow } from './allocation.view.js';

/** Finds the allocation that a path names, by UUID or name. */
@Injectable()
export class AllocationFinder {
  readonly #database: Database;

  constructor(@Inject(DATABASE) database: Database) {
    this.#database = database;
  }

  /** @throws ApiError 404 when there is none, 400 for what can be neither UUID nor name */
  async row(ident: string, call: Call): Promise<AllocationRow> {
    if (asUuid(ident) === undefined && !isLogicalName(ident)) {
      throw invalid(`Expected a logical name or UUID but received ${ident}.`);
    }
    const find = (where: { readonly uuid: string } | { readonly name: string }) =>
      this.#database.allocation.findUnique({ where, include: allocationParts });
    return findByUuidOrName('Allocation', ident, find, call);
  }
}
