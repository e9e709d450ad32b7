import { Controller, Delete, Get, Inject, Param, Patch, Post } from '@nestjs/common';
import { Policy } from '../auth/policy.js';
import { invalid } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { NodeFinder } from '../nodes/node-finder.js';
import { Described, Undescribed } from '../openapi/described.js';
import { connectorResource } from './connector.schema.js';
import { connectorList } from './connector.view.js';
import { targetResource } from './target.schema.js';
import { TargetService } from './target.service.js';
import { refuseOlder, volumeLinks, volumeRoot } from './volume-links.js';
import { VolumeList, volumeListArguments } from './volume-list.js';

const since = 'resource.volume';
const onlyRefuses = 'Only refuses: connectors and targets are shown and changed by their own paths.';

/** `/v1/nodes/{ident}/volume`, from 1.32 on: links and lists, and nothing below these. */
@Controller('v1/nodes/:ident/volume')
export class NodeVolumeController {
  readonly #finder: NodeFinder;
  readonly #lists: VolumeList;
  readonly #targets: TargetService;

  constructor(
    @Inject(NodeFinder) finder: NodeFinder,
    @Inject(VolumeList) lists: VolumeList,
    @Inject(TargetService) targets: TargetService,
  ) {
    this.#finder = finder;
    this.#lists = lists;
    this.#targets = targets;
  }

  @Get()
  @Policy('baremetal:volume:get')
  @Described({ summary: 'Show the volume resources of a node', since, answer: { schema: volumeRoot } })
  async root(@Param('ident') ident: string, @ThisCall() call: Call) {
    const links = volumeLinks(call, `nodes/${ident}/volume`);
    // Ironic gives links for a node that does not exist, too.
    await this.#finder.uuid(ident, call);
    return links;
  }

  @Get('connectors')
  @Policy('baremetal:volume:list')
  @Described({
    summary: 'List the volume connectors of a node',
    since,
    query: volumeListArguments,
    answer: { list: connectorResource, key: 'connectors' },
  })
  connectors(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseOlder(call);
    return this.#lists.page(call, connectorList, (where) => where, ident);
  }

  @Get('targets')
  @Policy('baremetal:volume:list')
  @Described({
    summary: 'List the volume targets of a node',
    since,
    query: volumeListArguments,
    answer: { list: targetResource, key: 'targets' },
  })
  targets(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseOlder(call);
    return this.#lists.page(call, this.#targets.listed, (where) => where, ident);
  }

  @Post(['connectors', 'targets'])
  @Policy('baremetal:volume:create')
  @Undescribed(onlyRefuses)
  create(@ThisCall() call: Call): never {
    throw malformed(call);
  }

  @Get(['connectors/:uuid', 'targets/:uuid'])
  @Policy('baremetal:volume:get')
  @Undescribed(onlyRefuses)
  one(@ThisCall() call: Call): never {
    throw malformed(call);
  }

  @Patch(['connectors', 'targets', 'connectors/:uuid', 'targets/:uuid'])
  @Policy('baremetal:volume:update')
  @Undescribed(onlyRefuses)
  patch(@ThisCall() call: Call): never {
    throw malformed(call);
  }

  @Delete(['connectors', 'targets', 'connectors/:uuid', 'targets/:uuid'])
  @Policy('baremetal:volume:delete')
  @Undescribed(onlyRefuses)
  delete(@ThisCall() call: Call): never {
    throw malformed(call);
  }
}

function malformed(call: Call) {
  refuseOlder(call);
  return invalid('Malformed request URI.');
}
