import type { z } from 'zod';
import type { Database } from '#database/client.js';
import { invalid, notFound } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { keyset, type SortColumn } from './keyset.js';
import { collection, fieldsToShow, pagingOf, type Paging } from './list-query.js';
import { refuseUnknownFields } from './one.js';
import type { Resource } from './resource.js';

/** Which rows make a page: the arguments of Prisma's `findMany`. */
export interface PageQuery<Where, OrderBy> {
  readonly where: Where;
  readonly orderBy: OrderBy[];
  readonly take: number;
}

/**
 * All that the list of a resource needs to know of it; a constant beside the resource's view. `Where` and `OrderBy` are
 * Prisma's types of the model, named once, at the parameter of `find`.
 */
export interface Listed<Row, Where, OrderBy> {
  /** Key of the items in the answer, and the path below `/v1/` unless the request says another: `ports`. */
  readonly key: string;
  /** How Ironic's texts call one: `Port`. */
  readonly noun: string;
  readonly resource: Resource<z.ZodRawShape>;
  /** Fields of a list that asks for nothing special, in the order of Ironic's `next` links; null shows all. */
  readonly short: readonly string[] | null;
  /** The scalar columns, such as `Prisma.PortScalarFieldEnum`: what can be sorted by. */
  readonly columns: Readonly<Record<string, string>>;
  /** Those that may be null, in Prisma's names. Null sorts lowest. */
  readonly nullable: readonly string[];
  /** Fields that hold JSON and cannot be sorted by, in the API's names. */
  readonly unsortable: readonly string[];
  /** A constant number of queries: whatever the view needs comes along by `include`. */
  find(database: Database, query: PageQuery<Where, OrderBy>): Promise<Row[]>;
  /** The row that a marker names. */
  marker(database: Database, marker: string): Promise<{ readonly id: number } | null>;
  /** What the `next` link after this row gives as the marker: the UUID, of conductors the host name. */
  markerOf(row: Row): string;
  view(row: Row, call: Call, fields: readonly string[] | undefined): Record<string, unknown>;
}

/** The query parameters that every list has; `fields` and `detail` are absent where a path does not take them. */
export interface ListParameters {
  readonly limit: number | null;
  readonly marker: string | null;
  readonly sort_key: string | null;
  readonly sort_dir: string | null;
  readonly fields?: readonly string[] | null;
  readonly detail?: boolean | null;
}

/**
 * Checks what a list is asked to show and to sort by, as far as version and names go.
 * @returns the fields to show; undefined means all, as on `/detail` paths, which take no `fields`
 * @throws ApiError 406 for what is newer than the version, 400 for unknown fields or `fields` with `detail`
 */
export function listFields(
  call: Call,
  { resource, short }: Pick<Listed<never, never, never>, 'resource' | 'short'>,
  { sort_key: sortKey, fields, detail = null }: ListParameters,
): readonly string[] | undefined {
  if (fields !== undefined && fields !== null && call.allows('query.fields')) resource.refuseNewer(call.minor, fields);
  if (sortKey !== null) resource.refuseNewer(call.minor, [sortKey]);
  if (fields === undefined) return undefined;
  const shown = fieldsToShow(call, { fields, detail }, short ?? []);
  if (shown.kind === 'chosen') refuseUnknownFields(resource, shown.names);
  if (shown.kind === 'all' || (shown.kind === 'short' && short === null)) return undefined;
  return shown.names;
}

/** What one request makes of a list. */
export interface PageRequest<Where> {
  readonly given: ListParameters;
  /** As {@link listFields} gave them. */
  readonly fields: readonly string[] | undefined;
  /** The filters as a condition; `{}` for none. */
  readonly where: Where;
  /** Path of the `next` link below `/v1/`, when it is not the list's key. */
  readonly path?: string;
  /** Filters that the `next` link repeats; most lists of Ironic repeat none. */
  readonly repeat?: Readonly<Record<string, string | boolean | null>>;
}

/**
 * One page of a list: rows after the marker in the order asked for, as the version sees them, and the `next` link.
 * @throws ApiError 400 for limit, sort_dir or sort_key that cannot be, 404 for an unknown marker
 */
export async function listPage<Row, Where, OrderBy>(
  call: Call,
  database: Database,
  listed: Listed<Row, Where, OrderBy>,
  { given, fields, where, path = listed.key, repeat = {} }: PageRequest<Where>,
): Promise<Record<string, unknown>> {
  const paging = pagingOf(call, given);
  const { orderBy, after } = await pageKeyset(listed, paging, (marker) => listed.marker(database, marker));
  const rows = await listed.find(database, {
    // Both are made of checked column names of this model, which the types of single columns cannot express.
    where: { AND: [where, after] } as Where,
    orderBy: [...orderBy] as OrderBy[],
    take: paging.limit,
  });
  const items = rows.map((row) => listed.view(row, call, fields));
  const last = rows.at(-1);
  return collection(listed.key, items, last === undefined ? undefined : listed.markerOf(last), {
    base: call.base,
    path,
    limit: paging.limit,
    repeat: { sort_key: paging.sortKey, sort_dir: paging.sortDir, ...repeat, detail: given.detail },
    fields,
  });
}

/** The part of a listed resource that sorting needs. */
export type Sorted = Pick<Listed<never, never, never>, 'noun' | 'resource' | 'columns' | 'nullable' | 'unsortable'>;

/**
 * Order and starting point of a page, for lists that read their rows in a way of their own.
 * @param find the row that a marker names
 * @throws ApiError 400 for a key that cannot be sorted by, 404 for an unknown marker
 */
export async function pageKeyset(
  listed: Sorted,
  paging: Paging,
  find: (marker: string) => Promise<{ readonly id: number } | null>,
) {
  const column = sortColumn(listed, paging.sortKey);
  if (paging.marker === null) return keyset(column, paging, undefined);
  const row = await find(paging.marker);
  if (!row) throw notFound(`${listed.noun} ${paging.marker} could not be found.`);
  const key: unknown = Object.entries(row).find(([name]) => name === column.name)?.[1];
  return keyset(column, paging, { key, id: row.id });
}

function sortColumn({ resource, columns, nullable, unsortable }: Sorted, key: string): SortColumn {
  if (unsortable.includes(key)) throw invalid(`The sort_key value ${key} is an invalid field for sorting`);
  const name = key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const known = key === 'id' || resource.fields.includes(key);
  if (!known || !Object.hasOwn(columns, name)) {
    throw invalid(`The sort_key value "${key}" is an invalid field for sorting`);
  }
  return { name, nullable: nullable.includes(name) };
}
