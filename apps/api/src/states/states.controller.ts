import { Controller, Get, HttpCode, Inject, Param, Put } from '@nestjs/common';
import { z } from 'zod';
import { Policy } from '../auth/policy.js';
import { ThisCall, type Call } from '../http/call.js';
import { NodeFinder } from '../nodes/node-finder.js';
import { statesView } from '../nodes/node.view.js';
import { statesResource } from '../nodes/states.schema.js';
import { Described } from '../openapi/described.js';
import { parseArguments } from '../resource/schema-error.js';
import { PowerService } from './power.service.js';
import { ProvisionService } from './provision.service.js';
import { powerBody, provisionBody } from './verb-bodies.schema.js';

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
  @Policy('baremetal:node:get_states')
  @Described({ summary: 'Show the states of a node', answer: { one: statesResource } })
  async states(@Param('ident') ident: string, @ThisCall() call: Call) {
    parseArguments(noArguments, call.query);
    return statesView(await this.#finder.row(ident, call), call);
  }

  @Put('provision')
  @Policy('baremetal:node:set_provision_state')
  @HttpCode(202)
  @Described({
    summary: 'Change the provision state of a node',
    description: 'Answered when the verb is accepted; its work goes on.',
    body: provisionBody,
    gates: 'provision',
    status: 202,
    answer: null,
  })
  async provision(@Param('ident') ident: string, @ThisCall() call: Call) {
    await this.#provision.request(ident, call);
    call.location(`nodes/${ident}/states`);
  }

  @Put('power')
  @Policy('baremetal:node:set_power_state')
  @HttpCode(202)
  @Described({
    summary: 'Change the power state of a node',
    description: 'Answered when the change is accepted; its work goes on.',
    body: powerBody,
    gates: 'power',
    status: 202,
    answer: null,
  })
  async power(@Param('ident') ident: string, @ThisCall() call: Call) {
    await this.#power.request(ident, call);
    call.location(`nodes/${ident}/states`);
  }
}
