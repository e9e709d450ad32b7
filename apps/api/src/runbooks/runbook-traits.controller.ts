import { Controller, Delete, Get, HttpCode, Inject, Param, Put } from '@nestjs/common';
import { z } from 'zod';
import type { Database, Transaction } from '#database/client.js';
import { Policy } from '../auth/policy.js';
import { invalid, routingError } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { Described } from '../openapi/described.js';
import { changeRow } from '../resource/locked-row.js';
import { parseDocument } from '../resource/schema-error.js';
import { DATABASE } from '../tokens.js';
import { trait as traitSchema, traitsBody } from '../traits/trait.schema.js';
import { RunbookFinder } from './runbook-finder.js';

const since = 'resource.runbookTraits';
const oneOrAll =
  'A single runbook trait may be added via PUT /v1/runbooks/<runbook identifier>/traits/<trait> with no body, or all ' +
  'runbook traits may be replaced via PUT /v1/runbooks/<runbook identifier>/traits with the list of traits specified ' +
  'in the request body.';

/** `/v1/runbooks/{ident}/traits`, from 1.112 on: a node needs one of them to use the runbook. */
@Controller('v1/runbooks/:ident/traits')
export class RunbookTraitsController {
  readonly #database: Database;
  readonly #finder: RunbookFinder;

  constructor(@Inject(DATABASE) database: Database, @Inject(RunbookFinder) finder: RunbookFinder) {
    this.#database = database;
    this.#finder = finder;
  }

  @Get()
  @Policy('baremetal:runbook:get')
  @Described({
    summary: 'List the traits of a runbook',
    since,
    answer: { schema: z.object({ traits: z.array(traitSchema) }) },
  })
  async list(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseOlder(call);
    const { traits } = await this.#finder.row(ident, call);
    return { traits: traits.map(({ trait }) => trait) };
  }

  @Put()
  @HttpCode(204)
  @Policy('baremetal:runbook:update')
  @Described({ summary: 'Replace the traits of a runbook', since, body: traitsBody, status: 204, answer: null })
  async replace(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseOlder(call);
    const { traits } = parseDocument(traitsBody, call.json(), 'body');
    const { uuid } = await this.#finder.row(ident, call);
    if (!traits) throw invalid(oneOrAll);
    const read = (tx: Transaction) => tx.runbook.findUnique({ where: { uuid } });
    // Locked, so that of two lists sent at once one remains and not the sum of both.
    await changeRow(this.#database, { table: 'runbooks', uuid, read }, async (tx, { id: runbookId }) => {
      await tx.runbookTrait.deleteMany({ where: { runbookId } });
      await tx.runbookTrait.createMany({ data: traits.map((trait) => ({ runbookId, trait })), skipDuplicates: true });
    });
  }

  @Put(':trait')
  @HttpCode(204)
  @Policy('baremetal:runbook:update')
  @Described({ summary: 'Add a trait to a runbook', since, status: 204, answer: null })
  async add(@Param('ident') ident: string, @Param('trait') name: string, @ThisCall() call: Call) {
    refuseOlder(call);
    const trait = parseDocument(traitSchema, name, 'trait');
    const { traits } = parseDocument(traitsBody, call.json(), 'body');
    const { id: runbookId } = await this.#finder.row(ident, call);
    if (traits) throw invalid(oneOrAll);
    await this.#database.runbookTrait.createMany({ data: [{ runbookId, trait }], skipDuplicates: true });
    call.location(`runbooks/${ident}/traits/${trait}`);
  }

  @Delete()
  @HttpCode(204)
  @Policy('baremetal:runbook:update')
  @Described({ summary: 'Remove all traits of a runbook', since, status: 204, answer: null })
  async removeAll(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseOlder(call);
    const { id: runbookId } = await this.#finder.row(ident, call);
    await this.#database.runbookTrait.deleteMany({ where: { runbookId } });
  }

  @Delete(':trait')
  @HttpCode(204)
  @Policy('baremetal:runbook:update')
  @Described({
    summary: 'Remove a trait of a runbook',
    description: 'Removing one that the runbook does not have is no error.',
    since,
    status: 204,
    answer: null,
  })
  async remove(@Param('ident') ident: string, @Param('trait') trait: string, @ThisCall() call: Call) {
    refuseOlder(call);
    const { id: runbookId } = await this.#finder.row(ident, call);
    await this.#database.runbookTrait.deleteMany({ where: { runbookId, trait } });
  }
}

function refuseOlder(call: Call): void {
  if (!call.allows(since)) throw routingError(404, 'The API version does not allow runbook traits');
}
