import { All, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import { Policy } from '../auth/policy.js';
import { invalid, notFound, routingError } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { Described, Undescribed } from '../openapi/described.js';
import { PortListService, portDetailArguments, portListArguments } from '../ports/port-list.service.js';
import { portResource } from '../ports/port.schema.js';
import { oneArguments, oneFields } from '../resource/one.js';
import { parseArguments } from '../resource/schema-error.js';
import { PortgroupChangeService } from './portgroup-change.service.js';
import { PortgroupFinder, refusePortgroupIdent } from './portgroup-finder.js';
import { PortgroupListService, portgroupDetailArguments, portgroupListArguments } from './portgroup-list.service.js';
import { newPortgroup, portgroupResource } from './portgroup.schema.js';
import { portgroupView } from './portgroup.view.js';

/** `/v1/portgroups`. */
@Controller('v1/portgroups')
export class PortgroupsController {
  readonly #lists: PortgroupListService;
  readonly #finder: PortgroupFinder;
  readonly #changes: PortgroupChangeService;
  readonly #ports: PortListService;

  constructor(
    @Inject(PortgroupListService) lists: PortgroupListService,
    @Inject(PortgroupFinder) finder: PortgroupFinder,
    @Inject(PortgroupChangeService) changes: PortgroupChangeService,
    @Inject(PortListService) ports: PortListService,
  ) {
    this.#lists = lists;
    this.#finder = finder;
    this.#changes = changes;
    this.#ports = ports;
  }

  @Get()
  @Policy('baremetal:portgroup:list')
  @Described({
    summary: 'List the portgroups',
    since: 'resource.portgroups',
    query: portgroupListArguments,
    answer: { list: portgroupResource, key: 'portgroups' },
  })
  list(@ThisCall() call: Call) {
    refuseOlder(call);
    return this.#lists.list(call);
  }

  @Get('detail')
  @Policy('baremetal:portgroup:list')
  @Described({
    summary: 'List the portgroups with all fields',
    since: 'resource.portgroups',
    query: portgroupDetailArguments,
    answer: { list: portgroupResource, key: 'portgroups' },
  })
  detail(@ThisCall() call: Call) {
    refuseOlder(call);
    return this.#lists.detail(call);
  }

  @Post()
  @HttpCode(201)
  @Policy('baremetal:portgroup:create')
  @Described({
    summary: 'Create a portgroup',
    since: 'resource.portgroups',
    body: newPortgroup,
    status: 201,
    answer: { one: portgroupResource },
  })
  create(@ThisCall() call: Call) {
    refuseOlder(call);
    return this.#changes.create(call);
  }

  @Patch()
  @Policy('baremetal:portgroup:update')
  @Undescribed('Only refuses: the path names no object.')
  patchNameless(): never {
    throw invalid('Missing mandatory parameter: portgroup_ident');
  }

  @Delete()
  @Policy('baremetal:portgroup:delete')
  @Undescribed('Only refuses: the path names no object.')
  deleteNameless(): never {
    throw invalid('Missing mandatory parameter: portgroup_ident');
  }

  @Get(':ident')
  @Policy('baremetal:portgroup:get')
  @Described({
    summary: 'Show a portgroup',
    since: 'resource.portgroups',
    query: oneArguments,
    answer: { one: portgroupResource },
  })
  one(@Param('ident') ident: string, @ThisCall() call: Call) {
    return this.#show(ident, call, parseArguments(oneArguments, call.query).fields);
  }

  @Patch(':ident')
  @Policy('baremetal:portgroup:update')
  @Described({
    summary: 'Change a portgroup',
    since: 'resource.portgroups',
    jsonPatch: true,
    answer: { one: portgroupResource },
  })
  patch(@Param('ident') ident: string, @ThisCall() call: Call) {
    refusePortgroupIdent(ident);
    refuseOlder(call);
    return this.#changes.patch(ident, call);
  }

  @Delete(':ident')
  @HttpCode(204)
  @Policy('baremetal:portgroup:delete')
  @Described({
    summary: 'Delete a portgroup that has no ports',
    since: 'resource.portgroups',
    status: 204,
    answer: null,
  })
  delete(@Param('ident') ident: string, @ThisCall() call: Call) {
    refusePortgroupIdent(ident);
    refuseOlder(call);
    return this.#changes.delete(ident, call);
  }

  @Get(':ident/ports')
  @Policy('baremetal:port:list')
  @Described({
    summary: 'List the ports of a portgroup',
    since: 'resource.portgroupPorts',
    query: portListArguments,
    answer: { list: portResource, key: 'ports' },
  })
  ports(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseOldPath(ident, call);
    return this.#ports.list(call, { portgroup: ident });
  }

  @Get(':ident/ports/detail')
  @Policy('baremetal:port:list')
  @Described({
    summary: 'List the ports of a portgroup with all fields',
    since: 'resource.portgroupPorts',
    query: portDetailArguments,
    answer: { list: portResource, key: 'ports' },
  })
  portsDetail(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseOldPath(ident, call);
    return this.#ports.detail(call, { portgroup: ident });
  }

  @Post(':ident/ports')
  @Policy('baremetal:port:create')
  @Undescribed('Only refuses: ports are created at /v1/ports.')
  createPort(@Param('ident') ident: string, @ThisCall() call: Call): never {
    refuseOldPath(ident, call);
    throw invalid('Malformed request URI.');
  }

  @All(':ident/ports/*')
  @Policy('baremetal:port:get')
  @Undescribed('Only refuses: there is nothing below the list.')
  belowPorts(@Param('ident') ident: string, @ThisCall() call: Call): never {
    refuseOldPath(ident, call);
    throw invalid('Malformed request URI.');
  }

  /** A path below a portgroup reads as the name of a field (as in Ironic's router). */
  @Get(':ident/:field')
  @Policy('baremetal:portgroup:get')
  @Undescribed('The same as a portgroup with `fields`.')
  field(@Param('ident') ident: string, @Param('field') field: string, @ThisCall() call: Call) {
    return this.#show(ident, call, [field.toLowerCase()]);
  }

  async #show(ident: string, call: Call, fields: readonly string[] | null) {
    refusePortgroupIdent(ident);
    refuseOlder(call);
    const portgroup = await this.#finder.row(ident, call, { jsonSuffix: true });
    return portgroupView(portgroup, call, oneFields(call, portgroupResource, fields));
  }
}

/** @throws ApiError 404 below the version that knows portgroups */
function refuseOlder(call: Call): void {
  if (!call.allows('resource.portgroups')) throw notFound('The API is not supported for this version');
}

/** @throws ApiError 404, as from the router, below the version that knows ports of portgroups */
function refuseOldPath(ident: string, call: Call): void {
  refusePortgroupIdent(ident);
  if (!call.allows('resource.portgroupPorts')) throw routingError(404);
}
