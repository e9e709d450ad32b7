import { Controller, Delete, Get, HttpCode, Inject, Param, Put } from '@nestjs/common';
import { z } from 'zod';
import type { Transaction } from '#database/client.js';
import { Policy } from '../auth/policy.js';
import { invalid, notAcceptable, notFound, routingError } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { NodeFinder } from '../nodes/node-finder.js';
import { Described } from '../openapi/described.js';
import { parseDocument } from '../resource/schema-error.js';
import { maxTraits, trait as traitSchema, traitsBody } from './trait.schema.js';

const oneOrAll =
  'A single node trait may be added via PUT /v1/nodes/<node identifier>/traits/<trait> with no body, or all node ' +
  'traits may be replaced via PUT /v1/nodes/<node identifier>/traits with the list of traits specified in the request ' +
  'body.';

/** `/v1/nodes/{ident}/traits`, from 1.37 on. Below, the paths answer as they did before there were traits. */
@Controller('v1/nodes/:ident/traits')
export class TraitsController {
  readonly #finder: NodeFinder;

  constructor(@Inject(NodeFinder) finder: NodeFinder) {
    this.#finder = finder;
  }

  @Get()
  @Policy('baremetal:node:traits:list')
  @Described({
    summary: 'List the traits of a node',
    since: 'resource.traits',
    answer: { schema: z.object({ traits: z.array(z.string()) }) },
  })
  async list(@Param('ident') ident: string, @ThisCall() call: Call) {
    if (!call.allows('resource.traits')) throw notAcceptable();
    const { traits } = await this.#finder.row(ident, call);
    return { traits: traits.map(({ trait }) => trait) };
  }

  @Put()
  @Policy('baremetal:node:traits:set')
  @HttpCode(204)
  @Described({
    summary: 'Replace the traits of a node',
    since: 'resource.traits',
    body: traitsBody,
    status: 204,
    answer: null,
  })
  async replace(@Param('ident') ident: string, @ThisCall() call: Call) {
    refusePut(call);
    const { traits } = parseDocument(traitsBody, call.json(), 'body');
    if (!traits) throw invalid(oneOrAll);
    await this.#change(ident, call, async (tx, nodeId) => {
      const wanted = [...new Set(traits)];
      if (wanted.length > maxTraits) throw tooMany(ident, wanted.length);
      await tx.nodeTrait.deleteMany({ where: { nodeId } });
      await tx.nodeTrait.createMany({ data: wanted.map((trait) => ({ nodeId, trait })) });
    });
  }

  @Put(':trait')
  @Policy('baremetal:node:traits:set')
  @HttpCode(204)
  @Described({ summary: 'Add a trait to a node', since: 'resource.traits', status: 204, answer: null })
  async add(@Param('ident') ident: string, @Param('trait') name: string, @ThisCall() call: Call) {
    refusePut(call);
    const trait = parseDocument(traitSchema, name, 'trait');
    if (call.body.kind !== 'none') {
      const body = parseDocument(traitsBody, call.json(), 'body');
      throw invalid(body.traits ? oneOrAll : 'No body should be provided when adding a trait');
    }
    await this.#change(ident, call, async (tx, nodeId) => {
      await tx.nodeTrait.createMany({ data: [{ nodeId, trait }], skipDuplicates: true });
      const count = await tx.nodeTrait.count({ where: { nodeId } });
      if (count > maxTraits) throw tooMany(ident, count);
    });
    call.location(`nodes/${ident}/traits/${trait}`);
  }

  @Delete()
  @Policy('baremetal:node:traits:delete')
  @HttpCode(204)
  @Described({ summary: 'Remove all traits of a node', since: 'resource.traits', status: 204, answer: null })
  async removeAll(@Param('ident') ident: string, @ThisCall() call: Call) {
    if (!call.allows('resource.traits')) throw notFound();
    await this.#change(ident, call, async (tx, nodeId) => {
      await tx.nodeTrait.deleteMany({ where: { nodeId } });
    });
  }

  @Delete(':trait')
  @Policy('baremetal:node:traits:delete')
  @HttpCode(204)
  @Described({ summary: 'Remove a trait of a node', since: 'resource.traits', status: 204, answer: null })
  async remove(@Param('ident') ident: string, @Param('trait') trait: string, @ThisCall() call: Call) {
    if (!call.allows('resource.traits')) throw notFound();
    await this.#change(ident, call, async (tx, nodeId, uuid) => {
      const { count } = await tx.nodeTrait.deleteMany({ where: { nodeId, trait } });
      if (count === 0) throw notFound(`Node ${uuid} doesn't have a trait '${trait}'`);
    });
  }

  async #change(
    ident: string,
    call: Call,
    work: (tx: Transaction, nodeId: number, uuid: string) => Promise<void>,
  ): Promise<void> {
    const uuid = await this.#finder.uuid(ident, call);
    await this.#finder.exclusive(uuid, (tx, { node }) => work(tx, node.id, uuid));
  }
}

/** Before traits, a node had no PUT of its own. */
function refusePut(call: Call): void {
  if (!call.allows('resource.traits')) throw routingError(405, '', { allow: 'DELETE, GET, PATCH, POST' });
}

function tooMany(ident: string, count: number) {
  return invalid(
    `Could not modify traits for node ${ident} as it would exceed the maximum number of traits per node ` +
      `(${count} vs. ${maxTraits})`,
  );
}
