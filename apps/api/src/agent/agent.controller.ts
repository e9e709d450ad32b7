import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { Policy } from '../auth/policy.js';
import { invalid } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { lookupAnswer } from './agent.schema.js';
import { heartbeatArguments, HeartbeatService } from './heartbeat.service.js';
import { lookupArguments, LookupService } from './lookup.service.js';
import { Described, Undescribed } from '../openapi/described.js';

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
  @Policy('public')
  @Described({
    summary: 'Look up the node of an agent',
    since: 'resource.lookup',
    query: lookupArguments,
    answer: { schema: lookupAnswer },
  })
  lookup(@ThisCall() call: Call) {
    return this.#lookups.lookup(call);
  }

  @Post('heartbeat')
  @Policy('public')
  @Undescribed('Only refuses: the path names no object.')
  nameless(): never {
    throw invalid('Missing mandatory parameter: node_ident');
  }

  @Post('heartbeat/:ident')
  @Policy('public')
  @HttpCode(202)
  @Described({
    summary: 'Take the heartbeat of an agent',
    since: 'resource.heartbeat',
    body: heartbeatArguments,
    gates: 'heartbeat',
    status: 202,
    answer: null,
  })
  heartbeat(@Param('ident') ident: string, @ThisCall() call: Call) {
    return this.#heartbeats.beat(ident, call);
  }
}
