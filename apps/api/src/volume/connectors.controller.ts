import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import { z } from 'zod';
import { Policy } from '../auth/policy.js';
import { invalid } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { Described, Undescribed } from '../openapi/described.js';
import { argument } from '../resource/json-types.js';
import { oneArguments, refuseFieldsBySchema } from '../resource/one.js';
import { parseArguments } from '../resource/schema-error.js';
import { connectorResource, newConnector } from './connector.schema.js';
import { ConnectorService } from './connector.service.js';
import { connectorList, connectorView } from './connector.view.js';
import { refuseOlder } from './volume-links.js';
import { VolumeList, volumeListArguments } from './volume-list.js';

const pathArguments = z.object({ connector_uuid: argument.uuid() });
const since = 'resource.volume';

/** `/v1/volume/connectors`, from 1.32 on. */
@Controller('v1/volume/connectors')
export class ConnectorsController {
  readonly #lists: VolumeList;
  readonly #connectors: ConnectorService;

  constructor(@Inject(VolumeList) lists: VolumeList, @Inject(ConnectorService) connectors: ConnectorService) {
    this.#lists = lists;
    this.#connectors = connectors;
  }

  @Get()
  @Policy('baremetal:volume:list')
  @Described({
    summary: 'List the volume connectors',
    since,
    query: volumeListArguments,
    answer: { list: connectorResource, key: 'connectors' },
  })
  list(@ThisCall() call: Call) {
    refuseOlder(call);
    return this.#lists.page(call, connectorList, (where) => where);
  }

  @Post()
  @HttpCode(201)
  @Policy('baremetal:volume:create')
  @Described({
    summary: 'Create a volume connector',
    since,
    body: newConnector,
    status: 201,
    answer: { one: connectorResource },
  })
  create(@ThisCall() call: Call) {
    refuseOlder(call);
    return this.#connectors.create(call);
  }

  @Patch()
  @Policy('baremetal:volume:update')
  @Undescribed('Only refuses: the path names no object.')
  patchNameless(@ThisCall() call: Call): never {
    refuseOlder(call);
    throw invalid('Missing mandatory parameter: connector_uuid');
  }

  @Delete()
  @Policy('baremetal:volume:delete')
  @Undescribed('Only refuses: the path names no object.')
  deleteNameless(@ThisCall() call: Call): never {
    refuseOlder(call);
    throw invalid('Missing mandatory parameter: connector_uuid');
  }

  @Get(':uuid')
  @Policy('baremetal:volume:get')
  @Described({ summary: 'Show a volume connector', since, query: oneArguments, answer: { one: connectorResource } })
  async one(@Param('uuid') ident: string, @ThisCall() call: Call) {
    const uuid = uuidOf(ident, call);
    const { fields } = parseArguments(oneArguments, call.query);
    refuseFieldsBySchema(connectorResource, fields);
    return connectorView(await this.#connectors.row(uuid, call), call, fields ?? undefined);
  }

  @Patch(':uuid')
  @Policy('baremetal:volume:update')
  @Described({ summary: 'Change a volume connector', since, jsonPatch: true, answer: { one: connectorResource } })
  patch(@Param('uuid') ident: string, @ThisCall() call: Call) {
    return this.#connectors.patch(uuidOf(ident, call), call);
  }

  @Delete(':uuid')
  @HttpCode(204)
  @Policy('baremetal:volume:delete')
  @Described({ summary: 'Delete a volume connector', since, status: 204, answer: null })
  async delete(@Param('uuid') ident: string, @ThisCall() call: Call) {
    await this.#connectors.delete(uuidOf(ident, call), call);
  }
}

function uuidOf(ident: string, call: Call): string {
  refuseOlder(call);
  return parseArguments(pathArguments, { connector_uuid: ident }).connector_uuid ?? '';
}
