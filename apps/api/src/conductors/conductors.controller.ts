import { Controller, Get, Inject, Param } from '@nestjs/common';
import { z } from 'zod';
import type { Database } from '#database/client.js';
import { Policy } from '../auth/policy.js';
import { notFound } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { Described } from '../openapi/described.js';
import { argument } from '../resource/json-types.js';
import { listFields, listPage } from '../resource/list-page.js';
import { fieldArguments, pagingArguments } from '../resource/list-query.js';
import { oneArguments, refuseFieldsBySchema } from '../resource/one.js';
import { parseArguments } from '../resource/schema-error.js';
import { DATABASE } from '../tokens.js';
import { conductorResource } from './conductor.schema.js';
import { conductorList, conductorView } from './conductor.view.js';

const listArguments = z.object({ ...pagingArguments, ...fieldArguments, marker: argument.string() });

/** `/v1/conductors`: the workers by the rows they keep, from 1.49 on. */
@Controller('v1/conductors')
export class ConductorsController {
  readonly #database: Database;

  constructor(@Inject(DATABASE) database: Database) {
    this.#database = database;
  }

  @Get()
  @Policy('baremetal:conductor:get')
  @Described({
    summary: 'List conductors',
    since: 'resource.conductors',
    query: listArguments,
    answer: { list: conductorResource, key: 'conductors' },
  })
  list(@ThisCall() call: Call) {
    refuseOlder(call);
    const given = parseArguments(listArguments, call.query);
    refuseFieldsBySchema(conductorResource, given.fields);
    const fields = listFields(call, conductorList, given);
    return listPage(call, this.#database, conductorList, { given, fields, where: {} });
  }

  @Get(':hostname')
  @Policy('baremetal:conductor:get')
  @Described({
    summary: 'Show a conductor',
    since: 'resource.conductors',
    query: oneArguments,
    answer: { one: conductorResource },
  })
  async one(@Param('hostname') hostname: string, @ThisCall() call: Call) {
    refuseOlder(call);
    const { fields } = parseArguments(oneArguments, call.query);
    refuseFieldsBySchema(conductorResource, fields);
    const conductor = await this.#database.conductor.findUnique({ where: { hostname } });
    if (!conductor) throw notFound(`Conductor ${hostname} could not be found.`);
    return conductorView(conductor, call, fields ?? undefined);
  }
}

function refuseOlder(call: Call): void {
  if (!call.allows('resource.conductors')) throw notFound('The API is not supported for this version');
}
