import { Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { invalid, type ApiError } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { refuseIdent } from '../nodes/node-finder.js';
import { PortListService } from './port-list.service.js';

/** `/v1/nodes/{ident}/ports`: a list and nothing below it. */
@Controller('v1/nodes/:ident/ports')
export class NodePortsController {
  readonly #lists: PortListService;

  constructor(@Inject(PortListService) lists: PortListService) {
    this.#lists = lists;
  }

  @Get()
  list(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseIdent(ident);
    return this.#lists.list(call, ident);
  }

  @Get('detail')
  detail(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseIdent(ident);
    return this.#lists.detail(call, ident);
  }

  @Get('*')
  below(): never {
    throw malformed();
  }

  @Post()
  create(): never {
    throw malformed();
  }
}

function malformed(): ApiError {
  return invalid('Malformed request URI.');
}
