import { Inject, Injectable } from '@nestjs/common';
import { ApiError, invalid } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { NodeFinder } from './node-finder.js';

/** Looks up the nodes that others name as their parent. */
@Injectable()
export class ParentNodes {
  readonly #finder: NodeFinder;

  constructor(@Inject(NodeFinder) finder: NodeFinder) {
    this.#finder = finder;
  }

  /**
   * The UUID of the parent, which has to have the same owner.
   * @throws ApiError 400 with one text for every reason, so that nobody learns which nodes exist
   */
  async resolve(ident: string, owner: string | null, call: Call): Promise<string> {
    try {
      const parent = await this.#finder.identity(ident, call, ['baremetal:node:get']);
      if (parent.owner === owner) return parent.uuid;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
    throw invalid(`Unable to apply the requested parent_node '${ident}'. Requested value was invalid.`);
  }
}
