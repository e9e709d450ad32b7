import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import { z } from 'zod';
import { Policy } from '../auth/policy.js';
import { invalid, routingError } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { Described, Undescribed } from '../openapi/described.js';
import { argument } from '../resource/json-types.js';
import { oneArguments } from '../resource/one.js';
import { parseArguments } from '../resource/schema-error.js';
import { RunbookFinder } from './runbook-finder.js';
import { newRunbookAt, runbookResource } from './runbook.schema.js';
import { refuseUnseenFields, runbookListArguments, RunbookService } from './runbook.service.js';

const pathArguments = z.object({ runbook_ident: argument.uuidOrName() });
const since = 'resource.runbooks';

/** `/v1/runbooks`, from 1.92 on. */
@Controller('v1/runbooks')
export class RunbooksController {
  readonly #runbooks: RunbookService;
  readonly #finder: RunbookFinder;

  constructor(@Inject(RunbookService) runbooks: RunbookService, @Inject(RunbookFinder) finder: RunbookFinder) {
    this.#runbooks = runbooks;
    this.#finder = finder;
  }

  @Get()
  @Policy('baremetal:runbook:list')
  @Described({
    summary: 'List the runbooks',
    since,
    query: runbookListArguments,
    answer: { list: runbookResource, key: 'runbooks' },
  })
  list(@ThisCall() call: Call) {
    refuseOlder(call, 404);
    return this.#runbooks.list(call);
  }

  @Post()
  @HttpCode(201)
  @Policy('baremetal:runbook:create')
  @Described({
    summary: 'Create a runbook',
    since,
    body: newRunbookAt(Number.MAX_SAFE_INTEGER),
    status: 201,
    answer: { one: runbookResource },
  })
  create(@ThisCall() call: Call) {
    refuseOlder(call, 405);
    return this.#runbooks.create(call);
  }

  @Patch()
  @Policy('baremetal:runbook:update')
  @Undescribed('Only refuses: the path names no object.')
  patchNameless(@ThisCall() call: Call): never {
    refuseOlder(call, 405);
    throw invalid('Missing mandatory parameter: runbook_ident');
  }

  @Delete()
  @Policy('baremetal:runbook:delete')
  @Undescribed('Only refuses: the path names no object.')
  deleteNameless(@ThisCall() call: Call): never {
    refuseOlder(call, 405);
    throw invalid('Missing mandatory parameter: runbook_ident');
  }

  @Get(':ident')
  @Policy('baremetal:runbook:get')
  @Described({ summary: 'Show a runbook', since, query: oneArguments, answer: { one: runbookResource } })
  async one(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseOlder(call, 404);
    parseArguments(pathArguments, { runbook_ident: ident });
    const { fields } = parseArguments(oneArguments, call.query);
    const runbook = await this.#finder.shown(ident, call);
    refuseUnseenFields(call, fields);
    return this.#runbooks.view(runbook, call, fields ?? undefined);
  }

  @Patch(':ident')
  @Policy('baremetal:runbook:update')
  @Described({ summary: 'Change a runbook', since, jsonPatch: true, answer: { one: runbookResource } })
  patch(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseOlder(call, 405);
    parseArguments(pathArguments, { runbook_ident: ident });
    return this.#runbooks.patch(ident, call);
  }

  @Delete(':ident')
  @HttpCode(204)
  @Policy('baremetal:runbook:delete')
  @Described({ summary: 'Delete a runbook', since, status: 204, answer: null })
  async delete(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseOlder(call, 405);
    parseArguments(pathArguments, { ...call.query, runbook_ident: ident });
    await this.#runbooks.delete(ident, call);
  }
}

/** Before 1.92 the path is not there: Ironic's router says so before anything else is looked at. */
function refuseOlder(call: Call, status: 404 | 405): void {
  if (!call.allows(since)) throw routingError(status, 'The API version does not allow runbooks');
}
