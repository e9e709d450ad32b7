import { Controller, Get, HttpCode, Inject, Param, Put } from '@nestjs/common';
import { z } from 'zod';
import type { ManagementFunction } from '#domain/management-interfaces.js';
import { Policy } from '../auth/policy.js';
import { NodeCallsService, type CheckedNode } from '../calls/node-calls.service.js';
import { invalid } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { refuseIdent } from '../nodes/node-finder.js';
import { Described, Undescribed } from '../openapi/described.js';
import { argument } from '../resource/json-types.js';
import { linksTo } from '../resource/links.js';
import { parseArguments } from '../resource/schema-error.js';
import { functionReason } from '../validation/management-function.js';
import { managementReason } from '../validation/power.js';
import type { Reason } from '../validation/validated-node.js';

const noArguments = z.object({});
const putArguments = z.object({ state: argument.string() });
const links = z.array(z.object({ href: z.string(), rel: z.string() }));
const indicator = z.object({
  name: z.string(),
  component: z.string(),
  readonly: z.boolean(),
  states: z.array(z.string()),
  links,
});

/** `/v1/nodes/{ident}/management/indicators`: the machine's lamps, named `<name>@<component>`. */
@Controller('v1/nodes/:ident/management/indicators')
export class IndicatorsController {
  readonly #calls: NodeCallsService;

  constructor(@Inject(NodeCallsService) calls: NodeCallsService) {
    this.#calls = calls;
  }

  @Get()
  @Policy('baremetal:node:get_indicator_state')
  @Described({
    summary: 'List the indicators of a node',
    answer: { schema: z.object({ indicators: z.array(indicator) }) },
  })
  async list(@Param('ident') ident: string, @ThisCall() call: Call) {
    const node = await this.#calls.found(ident, call, ({ row, validated }) => {
      return functionReason(row, 'get_supported_indicators') ?? managementReason(validated);
    });
    const known = await this.#calls.ask(node, 'management.readIndicators', [], call);
    const items = Object.entries(known).flatMap(([component, named]) =>
      Object.entries(named).map(([name, { readonly, states }]) => {
        const unique = `${name}@${component}`;
        const path = `nodes/${ident}/management/indicators/${unique}`;
        return { name: unique, component, readonly, states, links: linksTo(call.base, path) };
      }),
    );
    return { indicators: items };
  }

  @Get(':indicator')
  @Policy('baremetal:node:get_indicator_state')
  @Described({
    summary: 'Read an indicator of a node',
    query: noArguments,
    answer: { schema: z.object({ state: z.string() }) },
  })
  async one(@Param('ident') ident: string, @Param('indicator') unique: string, @ThisCall() call: Call) {
    parseArguments(noArguments, call.query);
    const { node, component, name } = await this.#named(ident, unique, call, 'get_indicator_state');
    return { state: await this.#calls.ask(node, 'management.readIndicator', [component, name], call) };
  }

  @Put(':indicator')
  @HttpCode(204)
  @Policy('baremetal:node:set_indicator_state')
  @Described({ summary: 'Set an indicator of a node', body: putArguments, status: 204, answer: null })
  async set(@Param('ident') ident: string, @Param('indicator') unique: string, @ThisCall() call: Call) {
    refuseIdent(ident);
    const { state } = parseArguments(putArguments, call.named(), ['state']);
    const { node, component, name } = await this.#named(ident, unique, call, 'set_indicator_state');
    await this.#calls.ask(node, 'management.changeIndicator', [component, name, state ?? 'None'], call);
  }

  @Put()
  @Policy('baremetal:node:set_indicator_state')
  @Undescribed('Only refuses: the path names no indicator.')
  setNameless(): never {
    throw invalid('Missing mandatory parameter: indicator');
  }

  async #named(ident: string, unique: string, call: Call, wanted: ManagementFunction) {
    await this.#calls.found(ident, call, () => undefined);
    const at = unique.indexOf('@');
    if (at < 0) throw invalid(`Malformed indicator name "${unique}"`);
    const check = ({ row, validated }: CheckedNode): Reason =>
      managementReason(validated) ?? functionReason(row, wanted);
    const node = await this.#calls.unlocked(ident, call, check);
    return { node, name: unique.slice(0, at), component: unique.slice(at + 1) };
  }
}
