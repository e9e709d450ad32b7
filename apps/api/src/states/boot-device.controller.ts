import { Controller, Get, HttpCode, Inject, Param, Put } from '@nestjs/common';
import { z } from 'zod';
import type { SecretBox } from '#database/secrets.js';
import { invalid } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { NodeFinder, refuseIdent } from '../nodes/node-finder.js';
import type { NodeRow } from '../nodes/node.rows.js';
import { argument } from '../resource/json-types.js';
import { parseArguments } from '../resource/schema-error.js';
import { SECRETS } from '../tokens.js';
import { managementReason } from '../validation/power.js';
import { validatedNode } from '../validation/validated-node.js';
import { ShortFlows } from '../verbs/short-flows.js';
import { supportedBootDevices } from './boot-devices.js';

const putArguments = z.object({ boot_device: argument.string(), persistent: argument.boolean() });

/** The result of the flow getBootDevice, which is also the answer. */
interface BootDevice {
  readonly boot_device: string | null;
  readonly persistent: boolean | null;
}

/** `/v1/nodes/{ident}/management/boot_device`: asked of the BMC by a short flow, which the client waits for. */
@Controller('v1/nodes/:ident/management/boot_device')
export class BootDeviceController {
  readonly #finder: NodeFinder;
  readonly #secrets: SecretBox;
  readonly #flows: ShortFlows;

  constructor(
    @Inject(NodeFinder) finder: NodeFinder,
    @Inject(SECRETS) secrets: SecretBox,
    @Inject(ShortFlows) flows: ShortFlows,
  ) {
    this.#finder = finder;
    this.#secrets = secrets;
    this.#flows = flows;
  }

  @Get()
  async read(@Param('ident') ident: string, @ThisCall() call: Call) {
    const node = await this.#node(ident, call);
    return this.#flows.run<BootDevice>('getBootDevice', node, 'boot-device', [node.uuid], call.requestId);
  }

  @Get('supported')
  async supported(@Param('ident') ident: string, @ThisCall() call: Call) {
    const node = await this.#finder.row(ident, call);
    return { supported_boot_devices: supportedBootDevices(node.managementInterface) };
  }

  @Put()
  @HttpCode(204)
  async set(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseIdent(ident);
    const given = parseArguments(putArguments, call.named(), ['boot_device']);
    const node = await this.#node(ident, call);
    const device = given.boot_device ?? 'None';
    if (!supportedBootDevices(node.managementInterface).includes(device)) {
      throw invalid(`Invalid boot device ${device} specified.`);
    }
    const wanted = { device, persistent: given.persistent ?? false };
    await this.#flows.run<void>('setBootDevice', node, 'boot-device', [node.uuid, wanted], call.requestId);
  }

  /** @throws ApiError 400 when driver_info cannot lead to a BMC */
  async #node(ident: string, call: Call): Promise<NodeRow> {
    const node = await this.#finder.row(ident, call);
    const reason = managementReason(validatedNode(node, [], this.#secrets));
    if (reason !== undefined) throw invalid(reason);
    return node;
  }
}
