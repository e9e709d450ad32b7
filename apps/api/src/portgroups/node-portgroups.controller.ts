import { All, Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { Policy } from '../auth/policy.js';
import { invalid, routingError } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { refuseIdent } from '../nodes/node-finder.js';
import { Described, Undescribed } from '../openapi/described.js';
import { PortgroupListService, portgroupDetailArguments, portgroupListArguments } from './portgroup-list.service.js';
import { portgroupResource } from './portgroup.schema.js';

/** `/v1/nodes/{ident}/portgroups`: a list and nothing below it. */
@Controller('v1/nodes/:ident/portgroups')
export class NodePortgroupsController {
  readonly #lists: PortgroupListService;

  constructor(@Inject(PortgroupListService) lists: PortgroupListService) {
    this.#lists = lists;
  }

  @Get()
  @Policy('baremetal:portgroup:list')
  @Described({
    summary: 'List the portgroups of a node',
    since: 'resource.nodePortgroups',
    query: portgroupListArguments,
    answer: { list: portgroupResource, key: 'portgroups' },
  })
  list(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseOldPath(ident, call);
    return this.#lists.list(call, ident);
  }

  @Get('detail')
  @Policy('baremetal:portgroup:list')
  @Described({
    summary: 'List the portgroups of a node with all fields',
    since: 'resource.nodePortgroups',
    query: portgroupDetailArguments,
    answer: { list: portgroupResource, key: 'portgroups' },
  })
  detail(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseOldPath(ident, call);
    return this.#lists.detail(call, ident);
  }

  @Post()
  @Policy('baremetal:portgroup:create')
  @Undescribed('Only refuses: portgroups are created at /v1/portgroups.')
  create(@Param('ident') ident: string, @ThisCall() call: Call): never {
    refuseOldPath(ident, call);
    throw invalid('Malformed request URI.');
  }

  @All('*')
  @Policy('baremetal:portgroup:get')
  @Undescribed('Only refuses: there is nothing below the list.')
  below(@Param('ident') ident: string, @ThisCall() call: Call): never {
    refuseOldPath(ident, call);
    throw invalid('Malformed request URI.');
  }
}

/** @throws ApiError 404, as from the router, below the version that knows portgroups of nodes */
function refuseOldPath(ident: string, call: Call): void {
  refuseIdent(ident);
  if (!call.allows('resource.nodePortgroups')) throw routingError(404);
}
