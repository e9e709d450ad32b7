import { Controller, HttpCode, Inject, Param, Put } from '@nestjs/common';
import { z } from 'zod';
import { Policy } from '../auth/policy.js';
import { NodeCallsService } from '../calls/node-calls.service.js';
import { notFound } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { refuseIdent } from '../nodes/node-finder.js';
import { Described } from '../openapi/described.js';
import { parseArguments } from '../resource/schema-error.js';
import { functionReason } from '../validation/management-function.js';
import { managementReason } from '../validation/power.js';

const noArguments = z.object({});

/** `/v1/nodes/{ident}/management/inject_nmi`, from 1.29 on. */
@Controller('v1/nodes/:ident/management/inject_nmi')
export class InjectNmiController {
  readonly #calls: NodeCallsService;

  constructor(@Inject(NodeCallsService) calls: NodeCallsService) {
    this.#calls = calls;
  }

  @Put()
  @HttpCode(204)
  @Policy('baremetal:node:inject_nmi')
  @Described({
    summary: 'Inject a non-maskable interrupt into a node',
    since: 'resource.injectNmi',
    body: noArguments,
    status: 204,
    answer: null,
  })
  async inject(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseIdent(ident);
    parseArguments(noArguments, call.named());
    if (!call.allows('resource.injectNmi')) throw notFound();
    const node = await this.#calls.unlocked(
      ident,
      call,
      ({ row, validated }) => managementReason(validated) ?? functionReason(row, 'inject_nmi'),
    );
    await this.#calls.ask(node, 'management.injectNmi', [], call);
  }
}
