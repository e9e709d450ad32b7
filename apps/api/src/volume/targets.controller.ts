import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import { z } from 'zod';
import { Policy } from '../auth/policy.js';
import { invalid } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { Described, Undescribed } from '../openapi/described.js';
import { argument } from '../resource/json-types.js';
import { oneArguments, refuseFieldsBySchema } from '../resource/one.js';
import { parseArguments } from '../resource/schema-error.js';
import { targetResource, newTarget } from './target.schema.js';
import { TargetService } from './target.service.js';
import { refuseOlder } from './volume-links.js';
import { VolumeList, volumeListArguments } from './volume-list.js';

const pathArguments = z.object({ target_uuid: argument.uuid() });
const since = 'resource.volume';

/** `/v1/volume/targets`, from 1.32 on. */
@Controller('v1/volume/targets')
export class TargetsController {
  readonly #lists: VolumeList;
  readonly #targets: TargetService;

  constructor(@Inject(VolumeList) lists: VolumeList, @Inject(TargetService) targets: TargetService) {
    this.#lists = lists;
    this.#targets = targets;
  }

  @Get()
  @Policy('baremetal:volume:list')
  @Described({
    summary: 'List the volume targets',
    since,
    query: volumeListArguments,
    answer: { list: targetResource, key: 'targets' },
  })
  list(@ThisCall() call: Call) {
    refuseOlder(call);
    return this.#lists.page(call, this.#targets.listed, (where) => where);
  }

  @Post()
  @HttpCode(201)
  @Policy('baremetal:volume:create')
  @Described({
    summary: 'Create a volume target',
    since,
    body: newTarget,
    status: 201,
    answer: { one: targetResource },
  })
  create(@ThisCall() call: Call) {
    refuseOlder(call);
    return this.#targets.create(call);
  }

  @Patch()
  @Policy('baremetal:volume:update')
  @Undescribed('Only refuses: the path names no object.')
  patchNameless(@ThisCall() call: Call): never {
    refuseOlder(call);
    throw invalid('Missing mandatory parameter: target_uuid');
  }

  @Delete()
  @Policy('baremetal:volume:delete')
  @Undescribed('Only refuses: the path names no object.')
  deleteNameless(@ThisCall() call: Call): never {
    refuseOlder(call);
    throw invalid('Missing mandatory parameter: target_uuid');
  }

  @Get(':uuid')
  @Policy('baremetal:volume:get')
  @Described({ summary: 'Show a volume target', since, query: oneArguments, answer: { one: targetResource } })
  async one(@Param('uuid') ident: string, @ThisCall() call: Call) {
    const uuid = uuidOf(ident, call);
    const { fields } = parseArguments(oneArguments, call.query);
    refuseFieldsBySchema(targetResource, fields);
    return this.#targets.view(await this.#targets.row(uuid, call), call, fields ?? undefined);
  }

  @Patch(':uuid')
  @Policy('baremetal:volume:update')
  @Described({ summary: 'Change a volume target', since, jsonPatch: true, answer: { one: targetResource } })
  patch(@Param('uuid') ident: string, @ThisCall() call: Call) {
    return this.#targets.patch(uuidOf(ident, call), call);
  }

  @Delete(':uuid')
  @HttpCode(204)
  @Policy('baremetal:volume:delete')
  @Described({ summary: 'Delete a volume target', since, status: 204, answer: null })
  async delete(@Param('uuid') ident: string, @ThisCall() call: Call) {
    await this.#targets.delete(uuidOf(ident, call), call);
  }
}

function uuidOf(ident: string, call: Call): string {
  refuseOlder(call);
  return parseArguments(pathArguments, { target_uuid: ident }).target_uuid ?? '';
}
