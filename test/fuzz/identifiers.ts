import { z } from 'zod';
import type { Identifiers, OpenApi } from './document.js';

const item = z.union([
  z.string(),
  z.looseObject({
    uuid: z.string().optional(),
    name: z.string().nullish(),
    hostname: z.string().optional(),
    component: z.string().optional(),
    id: z.string().optional(),
  }),
]);
const jsonObject = z.record(z.string(), z.unknown());
const listing = z.record(z.string(), z.union([z.array(item), z.unknown()]));

/** How many objects of a collection are named to the fuzzer. */
const most = 40;

/**
 * Asks every collection of the document for the identifiers of what is in it; below an object, for those of the first
 * few objects.
 * @param hidden identifiers that are never told
 */
export async function identifiersOf(
  document: OpenApi,
  get: (path: string) => Promise<unknown>,
  hidden: ReadonlySet<string>,
): Promise<Identifiers> {
  const found = new Map<string, readonly string[]>();
  const collections = [...new Set(Object.keys(document.paths).flatMap(collectionsOf))];
  // Outer ones first: the inner ones need an object of the outer.
  for (const collection of collections.toSorted((a, b) => a.length - b.length)) {
    const values: string[] = [];
    for (const path of asked(collection, found)) values.push(...namesIn(await get(path)));
    found.set(collection, [...new Set(values)].filter((value) => !hidden.has(value)).slice(0, most));
  }
  const driver = jsonObject.parse(await get('/v1/drivers/fake-hardware'));
  for (const [name, enabled] of Object.entries(driver)) {
    const [, property] = /^enabled_(\w+_interface)s$/.exec(name) ?? [];
    if (property !== undefined) found.set(property, z.array(z.string()).parse(enabled));
  }
  // Agents name nodes.
  found.set('/v1/heartbeat', found.get('/v1/nodes') ?? []);
  return found;
}

/** `/v1/nodes` and `/v1/nodes/{ident}/history` of `/v1/nodes/{ident}/history/{event}`. */
function collectionsOf(path: string): readonly string[] {
  return [...path.matchAll(/\/\{\w+\}/g)].map((match) => path.slice(0, match.index));
}

function asked(collection: string, found: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const match = /^(.*?)\/\{\w+\}(.*)$/.exec(collection);
  if (!match) return [collection];
  const [, outer = '', rest = ''] = match;
  return (found.get(outer) ?? []).slice(0, 12).map((value) => `${outer}/${encodeURIComponent(value)}${rest}`);
}

function namesIn(answer: unknown): readonly string[] {
  const lists = Object.values(listing.safeParse(answer).data ?? {}).filter((value) => Array.isArray(value));
  return lists.flat().flatMap((entry) => {
    const parsed = item.safeParse(entry).data;
    if (parsed === undefined) return [];
    if (typeof parsed === 'string') return [parsed];
    const { uuid, name, hostname, component, id } = parsed;
    return [uuid, name, hostname, component, id].filter(
      (value): value is string => typeof value === 'string' && value !== '',
    );
  });
}
