import { Controller, Get, Inject, Param } from '@nestjs/common';
import { z } from 'zod';
import type { Database } from '#database/client.js';
import type { BiosSetting } from '#database/generated/client.js';
import { Policy } from '../auth/policy.js';
import { invalid, notFound, routingError } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { NodeFinder } from '../nodes/node-finder.js';
import { Described } from '../openapi/described.js';
import { argument } from '../resource/json-types.js';
import { linksTo } from '../resource/links.js';
import { fieldsToShow } from '../resource/list-query.js';
import { parseArguments } from '../resource/schema-error.js';
import { shown } from '../resource/shown.js';
import { isoTime } from '../resource/time.js';
import { DATABASE } from '../tokens.js';
import { biosResource, selectableBiosFields, shortBiosFields } from './bios.schema.js';

const listArguments = z.object({ fields: argument.strings(), detail: argument.boolean() });

/** `/v1/nodes/{ident}/bios`, from 1.40 on. */
@Controller('v1/nodes/:ident/bios')
export class BiosController {
  readonly #database: Database;
  readonly #finder: NodeFinder;

  constructor(@Inject(DATABASE) database: Database, @Inject(NodeFinder) finder: NodeFinder) {
    this.#database = database;
    this.#finder = finder;
  }

  @Get()
  @Policy('baremetal:node:bios:get')
  @Described({
    summary: 'List the BIOS settings of a node',
    since: 'resource.bios',
    query: listArguments,
    answer: { list: biosResource, key: 'bios' },
  })
  async list(@Param('ident') ident: string, @ThisCall() call: Call) {
    refuseOld(call);
    const given = parseArguments(listArguments, call.query);
    refuseUnknown(call, given.fields);
    const node = await this.#finder.identity(ident, call);
    const fields = fieldsToShow(call, given, shortBiosFields);
    const rows = await this.#database.biosSetting.findMany({ where: { nodeId: node.id }, orderBy: { name: 'asc' } });
    const names = fields.kind === 'all' ? undefined : fields.names;
    return { bios: rows.map((row) => biosView(row, ident, call.base, names)) };
  }

  @Get(':name')
  @Policy('baremetal:node:bios:get')
  @Described({
    summary: 'Show a BIOS setting of a node',
    since: 'resource.bios',
    answer: { schema: z.record(z.string(), biosResource.schema.partial()) },
  })
  async one(@Param('ident') ident: string, @Param('name') name: string, @ThisCall() call: Call) {
    refuseOld(call);
    const [unexpected] = Object.keys(call.query);
    if (unexpected !== undefined) throw unexpectedProperty(unexpected);
    const node = await this.#finder.identity(ident, call);
    const row = await this.#database.biosSetting.findUnique({ where: { nodeId_name: { nodeId: node.id, name } } });
    if (!row) throw notFound(`Node ${node.uuid} doesn't have a BIOS setting '${name}'`);
    const names = call.allows('bios.registry') ? undefined : shortBiosFields;
    return { [name]: biosView(row, node.uuid, call.base, names) };
  }
}

/** @param fields undefined shows all; times and links are always there */
function biosView(row: BiosSetting, ident: string, base: string, fields?: readonly string[]): Record<string, unknown> {
  const chosen: Record<string, unknown> = {
    name: row.name,
    value: row.value,
    attribute_type: row.attributeType,
    allowable_values: row.allowableValues,
    lower_bound: row.lowerBound,
    max_length: row.maxLength,
    min_length: row.minLength,
    read_only: row.readOnly,
    reset_required: row.resetRequired,
    unique: row.unique,
    upper_bound: row.upperBound,
  };
  return {
    created_at: isoTime(row.createdAt),
    updated_at: isoTime(row.updatedAt),
    ...Object.fromEntries(Object.entries(chosen).filter(([name]) => !fields || fields.includes(name))),
    links: linksTo(base, `nodes/${ident}/bios/${row.name}`),
  };
}

function refuseOld(call: Call): void {
  if (!call.allows('resource.bios')) throw routingError(404);
}

function refuseUnknown(call: Call, fields: readonly string[] | null): void {
  if (!call.allows('query.biosDetail')) {
    const [unexpected] = Object.keys(call.query);
    if (unexpected !== undefined) throw unexpectedProperty(unexpected);
  }
  const wrong = fields?.find((name) => !selectableBiosFields.includes(name));
  if (wrong !== undefined) throw invalid(`Schema error: ${shown(wrong)} is not one of ${shown(selectableBiosFields)}`);
}

function unexpectedProperty(name: string) {
  return invalid(`Schema error: Additional properties are not allowed ('${name}' was unexpected)`);
}
