import { Controller, Get, HttpCode, Inject, Param, Put } from '@nestjs/common';
import { z } from 'zod';
import { ThisCall, type Call } from '../http/call.js';
import { NodeFinder } from '../nodes/node-finder.js';
import { statesView } from '../nodes/node.view.js';
import { parseArguments } from '../resource/schema-error.js';
import { PowerService } from './power.service.js';
import { ProvisionService } from './provision.service.js';

const noArguments = z.object({});

/** `/v1/nodes/{ident}/states` and the two verbs below it. */
@Controller('v1/nodes/:ident/states')
export class StatesController {
  readonly #finder: NodeFinder;
  readonly #provision: ProvisionService;
  readonly #power: PowerService;

  constructor(
    @Inject(NodeFinder) finder: NodeFinder,
    @Inject(ProvisionService) provision: ProvisionService,
    @Inject(PowerService) power: PowerService,
  ) {
    this.#finder = finder;
    this.#provision = provision;
    this.#power = power;
  }

  @Get()
  async states(@Param('ident') ident: string, @ThisCall() call: Call) {
    parseArguments(noArguments, call.query);
    return statesView(await this.#finder.row(ident, call), call);
  }

  @Put('provision')
  @HttpCode(202)
  async provision(@Param('ident') ident: string, @ThisCall() call: Call) {
    await this.#provision.request(ident, call);
    call.location(`nodes/${ident}/states`);
  }

  @Put('power')
  @HttpCode(202)
  async power(@Param('ident') ident: string, @ThisCall() call: Call) {
    await this.#power.request(ident, call);
    call.location(`nodes/${ident}/states`);
  }
}
