import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import { z } from 'zod';
import { invalid } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { argument } from '../resource/json-types.js';
import { oneFields } from '../resource/one.js';
import { parseArguments } from '../resource/schema-error.js';
import { PortChangeService } from './port-change.service.js';
import { PortFinder } from './port-finder.js';
import { PortListService } from './port-list.service.js';
import { portResource } from './port.schema.js';
import { portView } from './port.view.js';

const oneArguments = z.object({ port_ident: argument.uuidOrName(), fields: argument.strings() });
const deleteArguments = z.object({ port_uuid: argument.uuid() });

/** `/v1/ports` (api.md §4). */
@Controller('v1/ports')
export class PortsController {
  readonly #lists: PortListService;
  readonly #finder: PortFinder;
  readonly #changes: PortChangeService;

  constructor(
    @Inject(PortListService) lists: PortListService,
    @Inject(PortFinder) finder: PortFinder,
    @Inject(PortChangeService) changes: PortChangeService,
  ) {
    this.#lists = lists;
    this.#finder = finder;
    this.#changes = changes;
  }

  @Get()
  list(@ThisCall() call: Call) {
    return this.#lists.list(call);
  }

  @Get('detail')
  detail(@ThisCall() call: Call) {
    return this.#lists.detail(call);
  }

  @Post()
  @HttpCode(201)
  create(@ThisCall() call: Call) {
    return this.#changes.create(call);
  }

  @Patch()
  patchNameless(): never {
    throw invalid('Missing mandatory parameter: port_ident');
  }

  @Delete()
  deleteNameless(): never {
    throw invalid('Missing mandatory parameter: port_uuid');
  }

  @Get(':ident')
  async one(@Param('ident') ident: string, @ThisCall() call: Call) {
    const { fields } = parseArguments(oneArguments, { ...call.query, port_ident: ident });
    const port = await this.#finder.row(ident);
    return portView(port, call, oneFields(call, portResource, fields));
  }

  @Patch(':ident')
  patch(@Param('ident') ident: string, @ThisCall() call: Call) {
    parseArguments(oneArguments, { port_ident: ident });
    return this.#changes.patch(ident, call);
  }

  @Delete(':ident')
  @HttpCode(204)
  delete(@Param('ident') ident: string, @ThisCall() call: Call) {
    parseArguments(deleteArguments, { ...call.query, port_uuid: ident });
    return this.#changes.delete(ident);
  }
}
