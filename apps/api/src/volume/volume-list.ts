import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Database } from '#database/client.js';
import type { Prisma } from '#database/generated/client.js';
import { invalid } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { NodeFinder } from '../nodes/node-finder.js';
import { ofProject } from '../nodes/node-list.query.js';
import { argument } from '../resource/json-types.js';
import { listPage, type Listed } from '../resource/list-page.js';
import { fieldArguments, pagingArguments } from '../resource/list-query.js';
import { refuseFieldsBySchema } from '../resource/one.js';
import { parseArguments } from '../resource/schema-error.js';
import { DATABASE } from '../tokens.js';

/** Query parameters of the lists of connectors and targets. */
export const volumeListArguments = z.object({
  ...pagingArguments,
  ...fieldArguments,
  node: argument.uuidOrName(),
});

/** Lists of connectors and of targets, also those of one node. */
@Injectable()
export class VolumeList {
  readonly #database: Database;
  readonly #finder: NodeFinder;

  constructor(@Inject(DATABASE) database: Database, @Inject(NodeFinder) finder: NodeFinder) {
    this.#database = database;
    this.#finder = finder;
  }

  /**
   * One page.
   * @param conditionOf the condition for the rows of a node, and of the nodes of a project
   * @param parent the node whose path was asked; it goes before the parameter `node`
   */
  async page<Row, Where, OrderBy>(
    call: Call,
    listed: Listed<Row, Where, OrderBy>,
    conditionOf: (node: { nodeId?: number; node?: Prisma.NodeWhereInput }) => Where,
    parent?: string,
  ): Promise<Record<string, unknown>> {
    const given = parseArguments(volumeListArguments, call.query);
    if (given.fields !== null && given.detail === true) {
      throw invalid("Can't fetch a subset of fields with 'detail' set");
    }
    refuseFieldsBySchema(listed.resource, given.fields);
    const project = call.access.list('volume');
    const where = conditionOf({
      ...(await this.#node(given.node, parent, call)),
      ...(project === null ? {} : { node: ofProject(project) }),
    });
    return listPage(call, this.#database, listed, {
      // Other than in younger lists, `detail` has no version of its own, and is not repeated when it is false.
      given: { ...given, detail: given.detail || null },
      fields: given.detail === true ? undefined : (given.fields ?? listed.short ?? undefined),
      where,
      path: `volume/${listed.key}`,
    });
  }

  async #node(filter: string | null, parent: string | undefined, call: Call): Promise<{ nodeId?: number }> {
    if (parent !== undefined) return { nodeId: (await this.#finder.identity(parent, call)).id };
    return filter === null ? {} : { nodeId: (await this.#finder.ofFilter(filter, call)).id };
  }
}
