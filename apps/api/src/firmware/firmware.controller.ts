import { Controller, Get, Inject, Param } from '@nestjs/common';
import { z } from 'zod';
import type { Database } from '#database/client.js';
import type { FirmwareComponent } from '#database/generated/client.js';
import { allowsField } from '#domain/microversions.js';
import { Policy } from '../auth/policy.js';
import { invalid, routingError } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { NodeFinder } from '../nodes/node-finder.js';
import { Described } from '../openapi/described.js';
import { argument } from '../resource/json-types.js';
import { parseArguments } from '../resource/schema-error.js';
import { plainly, shown } from '../resource/shown.js';
import { isoTime } from '../resource/time.js';
import { DATABASE } from '../tokens.js';
import { firmwareResource } from './firmware.schema.js';

/** `detail` is known and always refused: Ironic's schema wants a boolean, and what a query holds is text. */
const listArguments = z.object({ fields: argument.strings(), detail: z.unknown() });
const documentedArguments = z.object({ fields: argument.strings() });

const selectable = [
  'created_at',
  'updated_at',
  'component',
  'initial_version',
  'current_version',
  'last_version_flashed',
  'vendor',
  'model',
  'serial_number',
];

/** `/v1/nodes/{ident}/firmware`, from 1.86 on: versions as they were last read. */
@Controller('v1/nodes/:ident/firmware')
export class FirmwareController {
  readonly #database: Database;
  readonly #finder: NodeFinder;

  constructor(@Inject(DATABASE) database: Database, @Inject(NodeFinder) finder: NodeFinder) {
    this.#database = database;
    this.#finder = finder;
  }

  @Get()
  @Policy('baremetal:node:firmware:get')
  @Described({
    summary: 'List the firmware components of a node',
    since: 'resource.firmware',
    query: documentedArguments,
    answer: { list: firmwareResource, key: 'firmware' },
  })
  async list(@Param('ident') ident: string, @ThisCall() call: Call) {
    if (!call.allows('resource.firmware')) throw routingError(404);
    const { fields, detail } = parseArguments(listArguments, call.query);
    const wrong = fields?.find((name) => !selectable.includes(name));
    if (wrong !== undefined) throw invalid(`Schema error: ${shown(wrong)} is not one of ${shown(selectable)}`);
    if (detail !== null) throw invalid(`Schema error: '${plainly(detail)}' is not of type 'boolean'`);
    const node = await this.#finder.identity(ident, call);
    refuseNewer(call, fields ?? []);
    const rows = await this.#database.firmwareComponent.findMany({
      where: { nodeId: node.id },
      orderBy: { component: 'asc' },
    });
    return { firmware: rows.map((row) => firmwareView(row, call, fields ?? undefined)) };
  }
}

function firmwareView(row: FirmwareComponent, call: Call, fields?: readonly string[]): Record<string, unknown> {
  const chosen: Record<string, unknown> = {
    component: row.component,
    initial_version: row.initialVersion,
    current_version: row.currentVersion,
    last_version_flashed: row.lastVersionFlashed,
    vendor: row.vendor,
    model: row.model,
    serial_number: row.serialNumber,
  };
  const names = Object.keys(chosen).filter(
    (name) => allowsField(call.minor, 'firmware', name) && (!fields || fields.includes(name)),
  );
  return {
    created_at: isoTime(row.createdAt),
    updated_at: isoTime(row.updatedAt),
    ...Object.fromEntries(names.map((name) => [name, chosen[name]])),
  };
}

function refuseNewer(call: Call, fields: readonly string[]): void {
  const newer = fields.filter((name) => !allowsField(call.minor, 'firmware', name)).toSorted();
  if (newer.length === 0) return;
  throw invalid(
    `Fields ${newer.join(', ')} are not allowed in this API version. They require at least API version 1.114.`,
  );
}
