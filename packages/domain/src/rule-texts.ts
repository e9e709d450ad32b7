import { plainly, shown } from './python-text.js';
import type { RuleJson } from './rule-json.js';

/** What the texts of a rule may name: `node`, `inventory`, `plugin_data`, and in a loop `item`. */
export type RuleNames = Readonly<Record<string, RuleJson>>;

/** Finds nothing under the name; a value may be null. */
const absent = Symbol('absent');

/**
 * A copy in which every text is filled in as by Python's `str.format`: `{node.driver}`, `{inventory[cpu][count]}`,
 * `{{` for a brace. A text that names something that is not there stays as it is, as in Ironic
 * (common/inspection_rules/base.py); so does one with a format, which rules have no use for.
 * @param missing whether such a text stays or, as some operators want it, becomes null
 */
export function filledIn(value: RuleJson, names: RuleNames, missing: 'kept' | 'null' = 'kept'): RuleJson {
  if (typeof value === 'string') return filledText(value, names) ?? (missing === 'null' ? null : value);
  if (Array.isArray(value)) return value.map((item: RuleJson) => filledIn(item, names, missing));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, item]): [string, RuleJson] => [
    filledText(key, names) ?? key,
    filledIn(item, names, missing),
  ]);
  return Object.fromEntries(entries);
}

const piece = /\{\{|\}\}|\{([A-Za-z_]\w*)((?:\.\w+|\[[^\]{}]+\])*)(!r|!s)?\}|[{}]/g;

/** Undefined when the text cannot be filled in. */
function filledText(text: string, names: RuleNames): string | undefined {
  let failed = false;
  const filled = text.replace(piece, (found: string, ...[name, path = '', conversion]: (string | undefined)[]) => {
    if (found === '{{') return '{';
    if (found === '}}') return '}';
    const value = name === undefined ? absent : valueAt(names, name, path);
    if (value === absent) failed = true;
    if (value === absent) return '';
    return conversion === '!r' ? shown(value) : plainly(value);
  });
  return failed ? undefined : filled;
}

function valueAt(names: RuleNames, name: string, path: string): RuleJson | typeof absent {
  let value = member(names, name);
  for (const [, attribute, key] of path.matchAll(/\.(\w+)|\[([^\]]+)\]/g)) {
    if (value === absent) return absent;
    value = member(value, attribute ?? key ?? '');
  }
  return value;
}

function member(value: RuleJson, name: string): RuleJson | typeof absent {
  if (Array.isArray(value)) return /^\d+$/.test(name) ? (value[Number(name)] ?? absent) : absent;
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, name)) return absent;
  return new Map<string, RuleJson>(Object.entries(value)).get(name) ?? null;
}
