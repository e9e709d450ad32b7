import { Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { Policy } from '../auth/policy.js';
import { invalid, type ApiError } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { refuseIdent } from '../nodes/node-finder.js';
import { Described, Undescribed } from '../openapi/described.js';
import { portDetailArguments, portListArguments, PortListService } from './port-list.service.js';
import { portResource } from './port.schema.js';

/** `/v1/nodes/{ident}/ports`: a list and nothing below it. */
@Controller('v1/nodes/:ident/ports')
export class NodePortsController {
  readonly #lists: PortListService;

  constructor(@Inject(PortListService) lists: PortListService) {
    this.#lists = lists;
  }

  @Get()
  @Policy('baremetal:port:list')
  @Described({
    summary: 'List the ports of a node',
    query: portListArguments,
    answer: { list: portResource, key: 'ports' },
  })
  list(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseIdent(ident);
    return this.#lists.list(call, { node: ident });
  }

  @Get('detail')
  @Policy('baremetal:port:list')
  @Described({
    summary: 'List the ports of a node with all their fields',
    query: portDetailArguments,
    answer: { list: portResource, key: 'ports' },
  })
  detail(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseIdent(ident);
    return this.#lists.detail(call, { node: ident });
  }

  @Get('*')
  @Policy('baremetal:port:list')
  @Undescribed('Only refuses: there is nothing below the list.')
  below(): never {
    throw malformed();
  }

  @Post()
  @Policy('baremetal:port:create')
  @Undescribed('Only refuses: ports are created at /v1/ports.')
  create(): never {
    throw malformed();
  }
}

function malformed(): ApiError {
  return invalid('Malformed request URI.');
}
