import { Controller, Get, Inject, Param } from '@nestjs/common';
import { notFound, routingError } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { NodeFinder } from '../nodes/node-finder.js';
import { linksTo } from '../resource/links.js';

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

  @Get(['portgroups', 'portgroups/detail'])
  portgroups(@ThisCall() call: Call) {
    if (!call.allows('resource.portgroups')) throw unsupported();
    return { portgroups: [] };
  }

  @Get('inspection_rules')
  inspectionRules(@ThisCall() call: Call) {
    if (!call.allows('resource.inspectionRules')) throw notFound('The API version does not allow inspection rules');
    return { inspection_rules: [] };
  }

  @Get('volume')
  volume(@ThisCall() call: Call) {
    if (!call.allows('resource.volume')) throw unsupported();
    return volumeLinks(call.base, 'volume');
  }

  @Get('volume/connectors')
  connectors(@ThisCall() call: Call) {
    if (!call.allows('resource.volume')) throw unsupported();
    return { connectors: [] };
  }

  @Get('volume/targets')
  targets(@ThisCall() call: Call) {
    if (!call.allows('resource.volume')) throw unsupported();
    return { targets: [] };
  }

  @Get('nodes/:ident/portgroups')
  async nodePortgroups(@Param('ident') ident: string, @ThisCall() call: Call) {
    if (!call.allows('resource.nodePortgroups')) throw routingError(404);
    await this.#finder.uuid(ident, call);
    return { portgroups: [] };
  }

  @Get('nodes/:ident/volume')
  async nodeVolume(@Param('ident') ident: string, @ThisCall() call: Call) {
    if (!call.allows('resource.volume')) throw unsupported();
    return volumeLinks(call.base, `nodes/${await this.#finder.uuid(ident, call)}/volume`);
  }

  @Get('nodes/:ident/volume/connectors')
  async nodeConnectors(@Param('ident') ident: string, @ThisCall() call: Call) {
    if (!call.allows('resource.volume')) throw unsupported();
    await this.#finder.uuid(ident, call);
    return { connectors: [] };
  }

  @Get('nodes/:ident/volume/targets')
  async nodeTargets(@Param('ident') ident: string, @ThisCall() call: Call) {
    if (!call.allows('resource.volume')) throw unsupported();
    await this.#finder.uuid(ident, call);
    return { targets: [] };
  }

  @Get('nodes/:ident/vifs')
  async vifs(@Param('ident') ident: string, @ThisCall() call: Call) {
    if (!call.allows('resource.vifs')) throw routingError(404);
    await this.#finder.uuid(ident, call);
    return { vifs: [] };
  }

  @Get('nodes/:ident/bios')
  async bios(@Param('ident') ident: string, @ThisCall() call: Call) {
    if (!call.allows('resource.bios')) throw routingError(404);
    await this.#finder.uuid(ident, call);
    return { bios: [] };
  }

  @Get('nodes/:ident/firmware')
  async firmware(@Param('ident') ident: string, @ThisCall() call: Call) {
    if (!call.allows('resource.firmware')) throw routingError(404);
    await this.#finder.uuid(ident, call);
    return { firmware: [] };
  }

  @Get('nodes/:ident/inventory')
  async inventory(@Param('ident') ident: string, @ThisCall() call: Call): Promise<never> {
    if (!call.allows('resource.inventory')) throw routingError(404);
    throw notFound(`Node inventory record for node ${await this.#finder.uuid(ident, call)} could not be found.`);
  }
}

function unsupported() {
  return notFound('The API is not supported for this version');
}

function volumeLinks(base: string, path: string) {
  return {
    links: linksTo(base, `${path}/`),
    connectors: linksTo(base, `${path}/connectors`),
    targets: linksTo(base, `${path}/targets`),
  };
}
