import type { Answer, Json } from './case.js';

const uuidPattern = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const timePattern = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(\+00:00|Z)?/g;

/** Keys whose values are free everywhere: only their kind of JSON counts. */
const alwaysOpaque = ['driver_internal_info', 'last_error', 'debuginfo', 'conductor', 'hosts', 'hostname'];

/** Replaces what must differ between two servers by names: `<base>`, `<time>`, `<variable>`, `<uuid>`. */
export class Normal {
  readonly #names: readonly (readonly [string, string])[];
  readonly #uuids: ReadonlyMap<string, string>;
  readonly #base: string;
  readonly #opaque: ReadonlySet<string>;
  readonly #ignored: ReadonlySet<string>;

  constructor(answer: Answer, { opaque, ignored }: { opaque: readonly string[]; ignored: readonly string[] }) {
    const named = Object.entries(answer.variables)
      .filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1].length >= 4)
      .map(([name, value]) => [value, name] as const)
      .toSorted((a, b) => a[1].localeCompare(b[1]));
    const isUuid = (text: string) => new RegExp(`^${uuidPattern.source}$`, 'i').test(text);
    this.#uuids = new Map(named.filter(([value]) => isUuid(value)));
    this.#names = named.filter(([value]) => !isUuid(value)).toSorted((a, b) => b[0].length - a[0].length);
    this.#base = answer.base;
    this.#opaque = new Set([...alwaysOpaque, ...opaque]);
    this.#ignored = new Set(ignored);
  }

  text(text: string): string {
    let result = text.replaceAll(this.#base, '<base>').replace(timePattern, '<time>');
    result = result.replace(uuidPattern, (uuid) => `<${this.#uuids.get(uuid) ?? 'uuid'}>`);
    for (const [value, name] of this.#names) result = result.replaceAll(value, `<${name}>`);
    return result;
  }

  value(value: Json, where = ''): Json {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((item) => this.value(item, where));
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value).flatMap(([key, item]): [string, Json][] => {
      const path = where === '' ? key : `${where}.${key}`;
      if (this.#ignored.has(key) || this.#ignored.has(path)) return [];
      const opaque = this.#opaque.has(key) || this.#opaque.has(path);
      return [[this.text(key), opaque ? `<${kindOf(item)}>` : this.value(item, path)]];
    });
    return Object.fromEntries(entries);
  }
}

/** The kind of a JSON value. */
export function kindOf(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** The value with kinds in place of values; a list becomes the set of its items' shapes. */
export function shapeOf(value: Json): Json {
  if (Array.isArray(value)) return [...new Set(value.map((item) => stable(shapeOf(item))))].sort();
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shapeOf(item)]));
  }
  // An opaque value: its kind is all that is left of it.
  const opaque = typeof value === 'string' && /^<(null|boolean|number|string|array|object)>$/.exec(value)?.[1];
  return opaque || kindOf(value);
}

/** JSON with sorted keys, for comparing. */
export function stable(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(stable).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${stable(item)}`).join(',')}}`;
}
