import { All, Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { vendorArgumentsRefused, vendorCallRefused, vendorMethods } from '#domain/vendor-methods.js';
import { Policy } from '../auth/policy.js';
import { NodeCallsService, type CheckedNode } from '../calls/node-calls.service.js';
import { invalid } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { refuseIdent } from '../nodes/node-finder.js';
import { Described } from '../openapi/described.js';
import { argument, isJsonObject, type JsonObject } from '../resource/json-types.js';
import { parseArguments } from '../resource/schema-error.js';
import { ipmiReason } from '../validation/ipmi.js';
import { redfishReason } from '../validation/redfish.js';
import type { Reason } from '../validation/validated-node.js';
import { methodsAnswer } from './methods.schema.js';

const noArguments = z.object({});
const byQuery = z.object({ method: argument.string() });

/** `/v1/nodes/{ident}/vendor_passthru`: functions of the node's vendor interface, each called by its own HTTP method. */
@Controller('v1/nodes/:ident/vendor_passthru')
export class NodeVendorController {
  readonly #calls: NodeCallsService;

  constructor(@Inject(NodeCallsService) calls: NodeCallsService) {
    this.#calls = calls;
  }

  @Get('methods')
  @Policy('baremetal:node:vendor_passthru')
  @Described({
    summary: 'List the vendor methods of a node',
    query: noArguments,
    answer: { schema: methodsAnswer },
  })
  async methods(@Param('ident') ident: string, @ThisCall() call: Call) {
    parseArguments(noArguments, call.query);
    const { row } = await this.#calls.found(ident, call, () => undefined);
    return vendorMethods(row.vendorInterface);
  }

  @All()
  @Policy('baremetal:node:vendor_passthru')
  @Described({
    summary: 'Call a vendor method of a node by query',
    description: 'With 200 the answer is the result of the method; 202 when it goes on.',
    query: byQuery,
    body: z.record(z.string(), z.unknown()),
    answer: { schema: z.unknown() },
  })
  async byQuery(
    @Param('ident') ident: string,
    @ThisCall() call: Call,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { method } = parseArguments(byQuery, call.query, ['method']);
    if (method === null || method === '') {
      await this.#calls.found(ident, call, () => undefined);
      throw invalid('Method not specified');
    }
    return this.#call(ident, method, call, request.method, reply);
  }

  @All(':method')
  @Policy('baremetal:node:vendor_passthru')
  @Described({
    summary: 'Call a vendor method of a node',
    description: 'With 200 the answer is the result of the method; 202 when it goes on.',
    query: noArguments,
    body: z.record(z.string(), z.unknown()),
    answer: { schema: z.unknown() },
  })
  async byPath(
    @Param('ident') ident: string,
    @Param('method') method: string,
    @ThisCall() call: Call,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    parseArguments(noArguments, call.query);
    return this.#call(ident, method, call, request.method, reply);
  }

  async #call(ident: string, method: string, call: Call, httpMethod: string, reply: FastifyReply): Promise<unknown> {
    refuseIdent(ident);
    const args = call.json();
    const found = await this.#calls.found(ident, call, ({ row }) =>
      vendorCallRefused(vendorMethods(row.vendorInterface), method, httpMethod),
    );
    if (!isJsonObject(args)) throw invalid(`The arguments of method ${method} have to be a JSON object.`);
    const facts = vendorMethods(found.row.vendorInterface)[method];
    const check = (node: CheckedNode): Reason => argumentsReason(node, method, args);
    const node = await this.#calls[facts?.require_exclusive_lock === false ? 'found' : 'unlocked'](ident, call, check);
    const sealed = this.#calls.sealed(args);
    if (facts?.async === true) {
      void reply.status(202);
      const failure = { text: `Vendor method ${method} failed on node ${node.row.uuid}`, historyType: 'vendor' };
      await this.#calls.start(node, 'vendor.call', [method, sealed], failure, call);
      return undefined;
    }
    void reply.status(200).header('content-type', 'application/json');
    return JSON.stringify(await this.#calls.ask(node, 'vendor.call', [method, sealed], call));
  }
}

/** The `validate` of the vendor interfaces. */
function argumentsReason({ row, validated }: CheckedNode, method: string, args: JsonObject): Reason {
  const refused = vendorArgumentsRefused(row.vendorInterface, method, args);
  if (refused !== undefined) return refused;
  if (row.vendorInterface === 'ipmitool') return ipmiReason(validated);
  return row.vendorInterface === 'redfish' ? redfishReason(validated) : undefined;
}
