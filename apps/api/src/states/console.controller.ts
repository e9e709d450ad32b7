import { Controller, Get, HttpCode, Inject, Param, Put } from '@nestjs/common';
import { z } from 'zod';
import { Policy } from '../auth/policy.js';
import { NodeCallsService, type CheckedNode } from '../calls/node-calls.service.js';
import { invalid } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { refuseIdent } from '../nodes/node-finder.js';
import { Described } from '../openapi/described.js';
import { argument } from '../resource/json-types.js';
import { parseArguments } from '../resource/schema-error.js';
import { consoleReason } from '../validation/interfaces.js';
import type { Reason } from '../validation/validated-node.js';

const noArguments = z.object({});
const putArguments = z.object({ enabled: argument.boolean() });
const consoleState = z.object({ console_enabled: z.boolean(), console_info: z.unknown().nullable() });

/** Consoles that a worker can start; for the others see docs/compatibility.md. */
const startable: readonly string[] = ['fake'];

/** `/v1/nodes/{ident}/states/console`. */
@Controller('v1/nodes/:ident/states/console')
export class ConsoleController {
  readonly #calls: NodeCallsService;

  constructor(@Inject(NodeCallsService) calls: NodeCallsService) {
    this.#calls = calls;
  }

  @Get()
  @Policy('baremetal:node:get_console')
  @Described({
    summary: 'Show how to reach the console of a node',
    query: noArguments,
    answer: { schema: consoleState },
  })
  async show(@Param('ident') ident: string, @ThisCall() call: Call) {
    parseArguments(noArguments, call.query);
    const node = await this.#calls.found(ident, call, (found) =>
      found.row.consoleEnabled ? reason(found) : undefined,
    );
    if (!node.row.consoleEnabled) return { console_enabled: false, console_info: null };
    return { console_enabled: true, console_info: await this.#calls.ask(node, 'console.read', [], call) };
  }

  @Put()
  @HttpCode(202)
  @Policy('baremetal:node:set_console_state')
  @Described({
    summary: 'Start or stop the console of a node',
    description: 'Answered when it is accepted; what came of it is on the node, a failure in last_error.',
    body: putArguments,
    status: 202,
    answer: null,
  })
  async set(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseIdent(ident);
    const { enabled } = parseArguments(putArguments, call.named(), ['enabled']);
    const wanted = enabled === true;
    const { row } = await this.#calls.found(ident, call, reason);
    if (wanted !== row.consoleEnabled) {
      if (wanted) refuseUnstartable(row.consoleInterface);
      await this.#calls.change(ident, call, reason, () => ({
        name: wanted ? 'console.start' : 'console.stop',
        args: [],
        failure: {
          text: `Error ${wanted ? 'enabling' : 'disabling'} the console on node ${row.uuid}. Reason`,
          historyType: 'console',
        },
      }));
    }
    call.location(`nodes/${ident}/states/console`);
  }
}

function reason({ validated }: CheckedNode): Reason {
  return consoleReason(validated);
}

function refuseUnstartable(consoleInterface: string): void {
  if (startable.includes(consoleInterface)) return;
  throw invalid(
    `Console interface ${consoleInterface} cannot be started by this version yet; reach the console by the BMC's own means.`,
  );
}
