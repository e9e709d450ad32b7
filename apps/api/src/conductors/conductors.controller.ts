import { Controller, Get, Inject, Param } from '@nestjs/common';
import { z } from 'zod';
import type { Database } from '#database/client.js';
import type { Conductor } from '#database/generated/client.js';
import { Policy } from '../auth/policy.js';
import { invalid, notFound } from '../errors/api-error.js';
import { ThisCall, type Call } from '../http/call.js';
import { Described } from '../openapi/described.js';
import { argument } from '../resource/json-types.js';
import { linksTo } from '../resource/links.js';
import { collection, fieldArguments, fieldsToShow, pagingArguments, pagingOf } from '../resource/list-query.js';
import { parseArguments } from '../resource/schema-error.js';
import { isoTime } from '../resource/time.js';
import { DATABASE } from '../tokens.js';
import { conductorResource } from './conductor.schema.js';
import { isAlive } from './live-conductors.js';

const listArguments = z.object({ ...pagingArguments, ...fieldArguments, marker: argument.string() });
const oneArguments = z.object({ fields: argument.strings() });
const shortFields = ['hostname', 'conductor_group', 'alive'];
const allFields = ['alive', 'conductor_group', 'created_at', 'drivers', 'hostname', 'links', 'updated_at'];

const sortKeys: Readonly<Record<string, (row: Conductor) => string | number>> = {
  id: (row) => row.id,
  hostname: (row) => row.hostname,
  conductor_group: (row) => row.conductorGroup,
  created_at: (row) => row.createdAt.getTime(),
  updated_at: (row) => row.updatedAt.getTime(),
};

/** `/v1/conductors`: the workers by the rows they keep, from 1.49 on. There are few, so they are sorted here. */
@Controller('v1/conductors')
export class ConductorsController {
  readonly #database: Database;

  constructor(@Inject(DATABASE) database: Database) {
    this.#database = database;
  }

  @Get()
  @Policy('baremetal:conductor:get')
  @Described({
    summary: 'List conductors',
    since: 'resource.conductors',
    query: listArguments,
    answer: { list: conductorResource, key: 'conductors' },
  })
  async list(@ThisCall() call: Call) {
    refuseOld(call);
    const given = parseArguments(listArguments, call.query);
    const fields = fieldsToShow(call, given, shortFields);
    const names = fields.kind === 'all' ? undefined : fields.names;
    refuseUnknown(names ?? []);
    const { limit, marker, sortKey, sortDir } = pagingOf(call, given);
    if (sortKey === 'alive' || sortKey === 'drivers') {
      throw invalid(`The sort_key value ${sortKey} is an invalid field for sorting`);
    }
    const key = sortKeys[sortKey];
    if (!key) throw invalid(`The sort_key value "${sortKey}" is an invalid field for sorting`);
    const page = pageOf(sorted(await this.#database.conductor.findMany(), key, sortDir), marker, limit);
    const items = page.map((row) => conductorView(row, call.base, names));
    return collection('conductors', items, page.at(-1)?.hostname, {
      base: call.base,
      path: 'conductors',
      limit,
      repeat: { sort_key: sortKey, sort_dir: sortDir, detail: given.detail },
      fields: names,
    });
  }

  @Get(':hostname')
  @Policy('baremetal:conductor:get')
  @Described({
    summary: 'Show a conductor',
    since: 'resource.conductors',
    query: oneArguments,
    answer: { one: conductorResource },
  })
  async one(@Param('hostname') hostname: string, @ThisCall() call: Call) {
    refuseOld(call);
    const { fields } = parseArguments(oneArguments, call.query);
    refuseUnknown(fields ?? []);
    const row = await this.#database.conductor.findUnique({ where: { hostname } });
    if (!row) throw unknown(hostname);
    return conductorView(row, call.base, fields ?? undefined);
  }
}

function conductorView(row: Conductor, base: string, fields?: readonly string[]): Record<string, unknown> {
  const all: Record<string, unknown> = {
    created_at: isoTime(row.createdAt),
    updated_at: isoTime(row.updatedAt),
    hostname: row.hostname,
    conductor_group: row.conductorGroup,
    drivers: row.drivers,
    links: linksTo(base, `conductors/${row.hostname}`),
    alive: isAlive(row),
  };
  const wanted = Object.entries(all).filter(([name]) => !fields || name === 'links' || fields.includes(name));
  return Object.fromEntries(wanted);
}

function sorted(
  rows: readonly Conductor[],
  key: (row: Conductor) => string | number,
  sortDir: 'asc' | 'desc',
): readonly Conductor[] {
  const sign = sortDir === 'asc' ? 1 : -1;
  return rows.toSorted((a, b) => (key(a) < key(b) ? -sign : key(a) > key(b) ? sign : sign * (a.id - b.id)));
}

function pageOf(rows: readonly Conductor[], marker: string | null, limit: number): readonly Conductor[] {
  if (marker === null) return rows.slice(0, limit);
  const at = rows.findIndex((row) => row.hostname === marker);
  if (at < 0) throw unknown(marker);
  return rows.slice(at + 1, at + 1 + limit);
}

function refuseUnknown(names: readonly string[]): void {
  const wrong = names.find((name) => !allFields.includes(name));
  if (wrong === undefined) return;
  throw invalid(`Schema error: '${wrong}' is not one of [${allFields.map((name) => `'${name}'`).join(', ')}]`);
}

function refuseOld(call: Call): void {
  if (!call.allows('resource.conductors')) throw notFound('The API is not supported for this version');
}

function unknown(hostname: string) {
  return notFound(`Conductor ${hostname} could not be found.`);
}
