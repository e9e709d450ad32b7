import { Controller, Get, Inject, Param } from '@nestjs/common';
import { Policy } from '../auth/policy.js';
import { notFound, routingError } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { NodeFinder } from '../nodes/node-finder.js';

/**
 * Resources that cannot be created yet: their lists are empty, which is the truth, and clients that look into them
 * before they work with nodes go on. Everything else about them is a 404 or 405.
 */
@Controller('v1')
export class EmptyCollectionsController {
  readonly #finder: NodeFinder;

  constructor(@Inject(NodeFinder) finder: NodeFinder) {
    this.#finder = finder;
  }

  @Get('inspection_rules')
  @Policy('baremetal:inspection_rule:get')
  inspectionRules(@ThisCall() call: Call) {
    if (!call.allows('resource.inspectionRules')) throw notFound('The API version does not allow inspection rules');
    return { inspection_rules: [] };
  }

  @Get('nodes/:ident/vifs')
  @Policy('baremetal:node:vif:list')
  async vifs(@Param('ident') ident: string, @ThisCall() call: Call) {
    if (!call.allows('resource.vifs')) throw routingError(404);
    await this.#finder.uuid(ident, call);
    return { vifs: [] };
  }

  @Get('nodes/:ident/bios')
  @Policy('baremetal:node:bios:get')
  async bios(@Param('ident') ident: string, @ThisCall() call: Call) {
    if (!call.allows('resource.bios')) throw routingError(404);
    await this.#finder.uuid(ident, call);
    return { bios: [] };
  }

  @Get('nodes/:ident/firmware')
  @Policy('baremetal:node:firmware:get')
  async firmware(@Param('ident') ident: string, @ThisCall() call: Call) {
    if (!call.allows('resource.firmware')) throw routingError(404);
    await this.#finder.uuid(ident, call);
    return { firmware: [] };
  }

  @Get('nodes/:ident/inventory')
  @Policy('baremetal:node:inventory:get')
  async inventory(@Param('ident') ident: string, @ThisCall() call: Call): Promise<never> {
    if (!call.allows('resource.inventory')) throw routingError(404);
    throw notFound(`Node inventory record for node ${await this.#finder.uuid(ident, call)} could not be found.`);
  }
}
