import { Controller, Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { managementFacts } from '#domain/management-interfaces.js';
import { Policy } from '../auth/policy.js';
import { NodeCallsService, type CheckedNode } from '../calls/node-calls.service.js';
import { invalid, notFound, routingError, unavailable } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { Described } from '../openapi/described.js';
import { argument, text } from '../resource/json-types.js';
import { parseArguments, parseDocument } from '../resource/schema-error.js';
import { shown } from '../resource/shown.js';
import { functionReason } from '../validation/management-function.js';
import { managementReason } from '../validation/power.js';
import type { Reason } from '../validation/validated-node.js';

const devices = ['disk', 'cdrom', 'floppy'];
const sources = ['http', 'local', 'swift'];
const schemes = ['http', 'https', 'nfs', 'cifs', 'smb'];

const noArguments = z.object({});
const detachArguments = z.object({ device_types: argument.strings() });
const attachBody = z.strictObject({
  device_type: text().refine((name) => devices.includes(name), {
    error: ({ input }) => `${shown(input)} is not one of ${shown(devices)}`,
  }),
  image_url: text(),
  image_download_source: text()
    .refine((name) => sources.includes(name), {
      error: ({ input }) => `${shown(input)} is not one of ${shown(sources)}`,
    })
    .optional(),
});

/** `/v1/nodes/{ident}/vmedia`, from 1.89 on: media that the BMC connects. Attaching and detaching go on after the answer. */
@Controller('v1/nodes/:ident/vmedia')
export class VmediaController {
  readonly #calls: NodeCallsService;

  constructor(@Inject(NodeCallsService) calls: NodeCallsService) {
    this.#calls = calls;
  }

  @Get()
  @Policy('baremetal:node:vmedia:get')
  @Described({
    summary: 'Show the virtual media of a node',
    since: 'resource.vmediaRead',
    query: noArguments,
    answer: { schema: z.unknown() },
  })
  async show(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseOld(call);
    if (!call.allows('resource.vmediaRead')) throw notFound('The resource could not be found.');
    parseArguments(noArguments, call.query);
    const node = await this.#calls.found(
      ident,
      call,
      ({ row, validated }) => managementReason(validated) ?? functionReason(row, 'get_virtual_media'),
    );
    return this.#calls.ask(node, 'management.readVirtualMedia', [], call);
  }

  @Post()
  @HttpCode(204)
  @Policy('baremetal:node:vmedia:attach')
  @Described({
    summary: 'Attach virtual media to a node',
    description: 'Answered when it is accepted; a failure is told by last_error.',
    since: 'resource.vmedia',
    query: noArguments,
    body: attachBody,
    status: 204,
    answer: null,
  })
  async attach(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseOld(call);
    parseArguments(noArguments, call.query);
    const body = parseDocument(attachBody, call.json(), 'vmedia');
    const { device_type: device, image_url: url, image_download_source: source = 'local' } = body;
    const scheme = (/^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1] ?? '').toLowerCase();
    if (!schemes.includes(scheme)) throw invalid(`Unsupported or missing URL scheme: ${scheme}`);
    await this.#calls.change(
      ident,
      call,
      (node) => changeReason(node, 'attach'),
      ({ row }) => ({
        name: 'management.attachVirtualMedia',
        args: [device, this.#calls.sealed(url), source],
        cannot: cannotAttach(row),
        failure: { text: `Could not attach device ${device} to node ${row.uuid}`, historyType: 'UNKNOWN' },
      }),
    );
  }

  @Delete()
  @HttpCode(204)
  @Policy('baremetal:node:vmedia:detach')
  @Described({
    summary: 'Detach virtual media from a node',
    description: 'Answered when it is accepted; a failure is told by last_error.',
    since: 'resource.vmedia',
    query: detachArguments,
    status: 204,
    answer: null,
  })
  async detach(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseOld(call);
    const { device_types: types } = parseArguments(detachArguments, call.query);
    const wrong = types?.filter((type) => !devices.includes(type)) ?? [];
    if (wrong.length > 0) {
      throw invalid(`Invalid device type(s) ${wrong.join(', ')} (valid are ${devices.join(', ')})`);
    }
    await this.#calls.change(
      ident,
      call,
      (node) => changeReason(node, 'detach'),
      ({ row }) => ({
        name: 'management.detachVirtualMedia',
        args: [types !== null && types.length > 0 ? types : null],
        cannot: functionReason(row, 'detach_virtual_media'),
        failure: { text: `Could not detach device(s) ${shown(types)} from node ${row.uuid}`, historyType: 'UNKNOWN' },
      }),
    );
  }
}

/** @throws ApiError 503 for a node whose BMC is known not to answer */
function changeReason({ row, validated }: CheckedNode, what: 'attach' | 'detach'): Reason {
  const reason = managementReason(validated);
  if (reason === undefined && row.maintenance && row.fault === 'power failure') {
    throw unavailable(`Unable to ${what} virtual media for node ${row.uuid} due to power failure state`);
  }
  return reason;
}

function cannotAttach(row: CheckedNode['row']): Reason {
  if (managementFacts(row.managementInterface).publishesImages) return functionReason(row, 'attach_virtual_media');
  return `Publishing images is not supported for driver ${row.driver}`;
}

function refuseOld(call: Call): void {
  if (!call.allows('resource.vmedia')) throw routingError(404);
}
