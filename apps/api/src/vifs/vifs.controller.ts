import { Controller, Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { Policy } from '../auth/policy.js';
import { invalid, routingError } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { Described } from '../openapi/described.js';
import { argument, text } from '../resource/json-types.js';
import { asUuid, isLogicalName } from '../resource/names.js';
import { parseArguments, parseDocument } from '../resource/schema-error.js';
import { VifsService } from './vifs.service.js';

const noArguments = z.object({});
const detachArguments = z.object({ vif_id: argument.uuidOrName() });
const vifBody = z.looseObject({ id: text() });
const vifs = z.object({ vifs: z.array(z.object({ id: z.string() })) });

/** `/v1/nodes/{ident}/vifs`, from 1.28 on. */
@Controller('v1/nodes/:ident/vifs')
export class VifsController {
  readonly #vifs: VifsService;

  constructor(@Inject(VifsService) service: VifsService) {
    this.#vifs = service;
  }

  @Get()
  @Policy('baremetal:node:vif:list')
  @Described({ summary: 'List the VIFs of a node', since: 'resource.vifs', answer: { schema: vifs } })
  async list(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseOld(call);
    parseArguments(noArguments, call.query);
    return { vifs: await this.#vifs.list(ident, call) };
  }

  @Post()
  @HttpCode(204)
  @Policy('baremetal:node:vif:attach')
  @Described({
    summary: 'Attach a VIF to a node',
    since: 'resource.vifs',
    query: noArguments,
    body: vifBody,
    gates: 'vif',
    status: 204,
    answer: null,
  })
  async attach(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseOld(call);
    parseArguments(noArguments, call.query);
    const vif = parseDocument(vifBody, call.json(), 'vif');
    if (!isLogicalName(vif.id) && asUuid(vif.id) === undefined) {
      throw invalid(`Expected UUID or name for id: ${vif.id}`);
    }
    const { port_uuid: portUuid, portgroup_uuid: portgroupUuid } = vif;
    if (call.allows('vif.port_uuid') && portUuid !== undefined && portgroupUuid !== undefined) {
      await this.#vifs.list(ident, call);
      throw invalid('Cannot specify both port_uuid and portgroup_uuid');
    }
    await this.#vifs.attach(
      ident,
      { id: vif.id, portUuid: given(portUuid), portgroupUuid: given(portgroupUuid) },
      call,
    );
  }

  @Delete()
  @HttpCode(204)
  @Policy('baremetal:node:vif:detach')
  @Described({
    summary: 'Detach a VIF from a node by query',
    since: 'resource.vifs',
    query: detachArguments,
    status: 204,
    answer: null,
  })
  async detachByQuery(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseOld(call);
    const { vif_id: vif } = parseArguments(detachArguments, call.query, ['vif_id']);
    await this.#vifs.detach(ident, vif ?? 'None', call);
  }

  @Delete(':vif')
  @HttpCode(204)
  @Policy('baremetal:node:vif:detach')
  @Described({
    summary: 'Detach a VIF from a node',
    since: 'resource.vifs',
    query: noArguments,
    status: 204,
    answer: null,
  })
  async detach(@Param('ident') ident: string, @Param('vif') vif: string, @ThisCall() call: Call) {
    refuseOld(call);
    parseArguments(noArguments, call.query);
    parseArguments(detachArguments, { vif_id: vif });
    await this.#vifs.detach(ident, vif, call);
  }
}

/** Anything but a text names no port, so that none fits. */
function given(uuid: unknown): string | undefined {
  return uuid === undefined || uuid === null ? undefined : typeof uuid === 'string' ? uuid : 'none';
}

function refuseOld(call: Call): void {
  if (!call.allows('resource.vifs')) throw routingError(404);
}
