import type { Paging } from './list-query.js';

type Condition = Readonly<Record<string, unknown>>;

/** A column that a list can be sorted by. */
export interface SortColumn {
  /** Prisma's name. */
  readonly name: string;
  readonly nullable: boolean;
}

/**
 * Order and starting point of a page by key instead of offset: rows may come and go between two pages without others
 * being skipped or repeated. Equal keys follow the id in the same direction. Null sorts lowest, as in the databases
 * Ironic runs on.
 * @param marker the row after which the page starts: its key and its id
 */
export function keyset(
  column: SortColumn,
  { sortDir }: Pick<Paging, 'sortDir'>,
  marker: { readonly key: unknown; readonly id: number } | undefined,
): { readonly orderBy: readonly Condition[]; readonly after: Condition } {
  const byId = { id: sortDir };
  const nulls = sortDir === 'asc' ? 'first' : 'last';
  const byKey = { [column.name]: column.nullable ? { sort: sortDir, nulls } : sortDir };
  const orderBy = column.name === 'id' ? [byId] : [byKey, byId];
  return { orderBy, after: marker ? afterMarker(column, sortDir, marker) : {} };
}

function afterMarker(
  { name, nullable }: SortColumn,
  sortDir: 'asc' | 'desc',
  { key, id }: { readonly key: unknown; readonly id: number },
): Condition {
  const ascending = sortDir === 'asc';
  const laterId = ascending ? { id: { gt: id } } : { id: { lt: id } };
  if (name === 'id') return laterId;
  if (key === null || key === undefined) {
    const sameKey = { [name]: null, ...laterId };
    return ascending ? { OR: [sameKey, { [name]: { not: null } }] } : sameKey;
  }
  const later = ascending ? laterThan(name, key) : { [name]: { lt: key } };
  const same = { ...sameAs(name, key), ...laterId };
  return { OR: [later, same, ...(nullable && !ascending ? [{ [name]: null }] : [])] };
}

/** Times are read in milliseconds but stored in microseconds: one millisecond counts as one value. */
function laterThan(name: string, key: unknown): Condition {
  return { [name]: key instanceof Date ? { gte: new Date(key.getTime() + 1) } : { gt: key } };
}

function sameAs(name: string, key: unknown): Condition {
  return { [name]: key instanceof Date ? { gte: key, lt: new Date(key.getTime() + 1) } : key };
}
