import { invalid, notAcceptable } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { argument } from './json-types.js';
import { linksTo } from './links.js';

/** The paging parameters that every list takes. */
export const pagingArguments = {
  limit: argument.integer(),
  marker: argument.uuid(),
  sort_key: argument.string(),
  sort_dir: argument.string(),
};

/** The parameters that choose fields, of lists that can. */
export const fieldArguments = { fields: argument.strings(), detail: argument.boolean() };

/** A page that was asked for. */
export interface Paging {
  readonly limit: number;
  readonly sortKey: string;
  readonly sortDir: 'asc' | 'desc';
  readonly marker: string | null;
}

/**
 * The page that was asked for; `[api]max_limit` is the size of one that asks for none or for more.
 * @throws ApiError 400 for a limit below 1 or another direction than asc and desc
 */
export function pagingOf(
  { maxLimit }: Pick<Call, 'maxLimit'>,
  given: {
    readonly limit: number | null;
    readonly marker: string | null;
    readonly sort_key: string | null;
    readonly sort_dir: string | null;
  },
  defaultKey = 'id',
): Paging {
  if (given.limit !== null && given.limit <= 0) throw invalid('Limit must be positive');
  const sortDir = given.sort_dir ?? 'asc';
  if (sortDir !== 'asc' && sortDir !== 'desc') {
    throw invalid(`Invalid sort direction: ${sortDir}. Acceptable values are 'asc' or 'desc'`);
  }
  return {
    limit: Math.min(given.limit ?? maxLimit, maxLimit),
    sortKey: given.sort_key ?? defaultKey,
    sortDir,
    marker: given.marker,
  };
}

/**
 * Which fields a list shows: those asked for, all with `detail`, else the short ones (Ironic
 * get_request_return_fields). Undefined means all.
 * @throws ApiError 400 or 406 when the version or the combination does not allow it
 */
export function fieldsToShow(
  call: Call,
  { fields, detail }: { readonly fields: readonly string[] | null; readonly detail: boolean | null },
  short: readonly string[],
): { readonly kind: 'all' } | { readonly kind: 'short' | 'chosen'; readonly names: readonly string[] } {
  if (fields !== null && !call.allows('query.fields')) throw notAcceptable();
  if (detail !== null && !call.allows('query.detail')) {
    throw invalid(`Invalid query parameter ?detail=${detail ? 'True' : 'False'} received.`);
  }
  if (detail === true && fields !== null) {
    throw invalid('Can not specify ?detail=True and fields in the same request.');
  }
  if (fields !== null) return { kind: 'chosen', names: fields };
  return detail === true ? { kind: 'all' } : { kind: 'short', names: short };
}

/** How the `next` link of a list is made. */
export interface NextPage {
  readonly base: string;
  /** Path below `/v1/`. */
  readonly path: string;
  readonly limit: number;
  /** Query parameters to repeat, in Ironic's order. */
  readonly repeat: Readonly<Record<string, string | boolean | null | undefined>>;
  readonly fields?: readonly string[] | undefined;
}

/** The answer of a list: the items and, exactly when the page is full, where it goes on. */
export function collection<Item>(
  name: string,
  items: readonly Item[],
  marker: string | undefined,
  { base, path, limit, repeat, fields = [] }: NextPage,
): Record<string, unknown> {
  if (items.length === 0 || items.length !== limit || marker === undefined) return { [name]: items };
  const query = [
    ...Object.entries(repeat)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([key, value]) => `${key}=${value === true ? 'True' : value === false ? 'False' : value}`),
    ...(fields.length > 0 ? [`fields=${fields.join(',')}`] : []),
    `limit=${limit}`,
    `marker=${marker}`,
  ];
  return { [name]: items, next: `${linksTo(base, path)[0]?.href}?${query.join('&')}` };
}
