import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { invalid } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { HeartbeatService } from './heartbeat.service.js';
import { LookupService } from './lookup.service.js';

/** What the agent in the ramdisk calls; without authentication. */
@Controller('v1')
export class AgentController {
  readonly #lookups: LookupService;
  readonly #heartbeats: HeartbeatService;

  constructor(@Inject(LookupService) lookups: LookupService, @Inject(HeartbeatService) heartbeats: HeartbeatService) {
    this.#lookups = lookups;
    this.#heartbeats = heartbeats;
  }

  @Get('lookup')
  lookup(@ThisCall() call: Call) {
    return this.#lookups.lookup(call);
  }

  @Post('heartbeat')
  nameless(): never {
    throw invalid('Missing mandatory parameter: node_ident');
  }

  @Post('heartbeat/:ident')
  @HttpCode(202)
  heartbeat(@Param('ident') ident: string, @ThisCall() call: Call) {
    return this.#heartbeats.beat(ident, call);
  }
}
