import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import { z } from 'zod';
import { Policy } from '../auth/policy.js';
import { invalid } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { Described, Undescribed } from '../openapi/described.js';
import { argument } from '../resource/json-types.js';
import { oneArguments, oneFields } from '../resource/one.js';
import { parseArguments } from '../resource/schema-error.js';
import { PortChangeService } from './port-change.service.js';
import { PortFinder } from './port-finder.js';
import { portDetailArguments, portListArguments, PortListService } from './port-list.service.js';
import { newPort, portResource } from './port.schema.js';
import { portView } from './port.view.js';

const pathArguments = z.object({ port_ident: argument.uuidOrName() });
const deleteArguments = z.object({ port_uuid: argument.uuid() });

/** `/v1/ports`. */
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
  @Policy('baremetal:port:list')
  @Described({ summary: 'List ports', query: portListArguments, answer: { list: portResource, key: 'ports' } })
  list(@ThisCall() call: Call) {
    return this.#lists.list(call);
  }

  @Get('detail')
  @Policy('baremetal:port:list')
  @Described({
    summary: 'List ports with all their fields',
    query: portDetailArguments,
    answer: { list: portResource, key: 'ports' },
  })
  detail(@ThisCall() call: Call) {
    return this.#lists.detail(call);
  }

  @Post()
  @Policy('baremetal:port:create')
  @HttpCode(201)
  @Described({
    summary: 'Create a port',
    description: 'Of the node that exactly one of node_uuid and node_ident names.',
    body: newPort,
    status: 201,
    answer: { one: portResource },
  })
  create(@ThisCall() call: Call) {
    return this.#changes.create(call);
  }

  @Patch()
  @Policy('baremetal:port:update')
  @Undescribed('Only refuses: the path names no object.')
  patchNameless(): never {
    throw invalid('Missing mandatory parameter: port_ident');
  }

  @Delete()
  @Policy('baremetal:port:delete')
  @Undescribed('Only refuses: the path names no object.')
  deleteNameless(): never {
    throw invalid('Missing mandatory parameter: port_uuid');
  }

  @Get(':ident')
  @Policy('baremetal:port:get')
  @Described({ summary: 'Show a port', query: oneArguments, answer: { one: portResource } })
  async one(@Param('ident') ident: string, @ThisCall() call: Call) {
    parseArguments(pathArguments, { port_ident: ident });
    const { fields } = parseArguments(oneArguments, call.query);
    const port = await this.#finder.row(ident, call);
    return portView(port, call, oneFields(call, portResource, fields));
  }

  @Patch(':ident')
  @Policy('baremetal:port:update')
  @Described({ summary: 'Change a port', jsonPatch: true, answer: { one: portResource } })
  patch(@Param('ident') ident: string, @ThisCall() call: Call) {
    parseArguments(pathArguments, { port_ident: ident });
    return this.#changes.patch(ident, call);
  }

  @Delete(':ident')
  @Policy('baremetal:port:delete')
  @HttpCode(204)
  @Described({ summary: 'Delete a port', status: 204, answer: null })
  delete(@Param('ident') ident: string, @ThisCall() call: Call) {
    parseArguments(deleteArguments, { ...call.query, port_uuid: ident });
    return this.#changes.delete(ident, call);
  }
}
