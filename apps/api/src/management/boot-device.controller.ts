import { Controller, Get, HttpCode, Inject, Param, Put } from '@nestjs/common';
import { z } from 'zod';
import { managementFacts } from '#domain/management-interfaces.js';
import { Policy } from '../auth/policy.js';
import { NodeCallsService, type CheckedNode } from '../calls/node-calls.service.js';
import { ThisCall, type Call } from '../http/call.js';
import { refuseIdent } from '../nodes/node-finder.js';
import { Described } from '../openapi/described.js';
import { argument } from '../resource/json-types.js';
import { parseArguments } from '../resource/schema-error.js';
import { managementReason } from '../validation/power.js';

const noArguments = z.object({});
const putArguments = z.object({ boot_device: argument.string(), persistent: argument.boolean() });
const bootDevice = z.object({ boot_device: z.string().nullable(), persistent: z.boolean().nullable() });
const supportedDevices = z.object({ supported_boot_devices: z.array(z.string()) });

/** `/v1/nodes/{ident}/management/boot_device`: asked of the BMC, which the client waits for. */
@Controller('v1/nodes/:ident/management/boot_device')
export class BootDeviceController {
  readonly #calls: NodeCallsService;

  constructor(@Inject(NodeCallsService) calls: NodeCallsService) {
    this.#calls = calls;
  }

  @Get()
  @Policy('baremetal:node:get_boot_device')
  @Described({ summary: 'Read the boot device of a node', query: noArguments, answer: { schema: bootDevice } })
  async read(@Param('ident') ident: string, @ThisCall() call: Call) {
    parseArguments(noArguments, call.query);
    const node = await this.#calls.unlocked(ident, call, ({ validated }) => managementReason(validated));
    return this.#calls.ask(node, 'management.readBootDevice', [], call);
  }

  @Get('supported')
  @Policy('baremetal:node:get_boot_device')
  @Described({
    summary: 'List the boot devices that a node can be set to',
    query: noArguments,
    answer: { schema: supportedDevices },
  })
  async supported(@Param('ident') ident: string, @ThisCall() call: Call) {
    parseArguments(noArguments, call.query);
    const { row } = await this.#calls.found(ident, call, () => undefined);
    return { supported_boot_devices: managementFacts(row.managementInterface).bootDevices };
  }

  @Put()
  @HttpCode(204)
  @Policy('baremetal:node:set_boot_device')
  @Described({ summary: 'Set the boot device of a node', body: putArguments, status: 204, answer: null })
  async set(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseIdent(ident);
    const given = parseArguments(putArguments, call.named(), ['boot_device']);
    const device = given.boot_device ?? 'None';
    const node = await this.#calls.unlocked(ident, call, (found) => deviceReason(found, device));
    await this.#calls.ask(node, 'management.changeBootDevice', [device, given.persistent ?? false], call);
  }
}

function deviceReason({ row, validated }: CheckedNode, device: string): string | undefined {
  const reason = managementReason(validated);
  if (reason !== undefined) return reason;
  if (managementFacts(row.managementInterface).bootDevices.includes(device)) return undefined;
  return `Invalid boot device ${device} specified.`;
}
