/** JSON as a rule and the data it is applied to hold it. */
export type RuleJson = string | number | boolean | null | readonly RuleJson[] | { readonly [key: string]: RuleJson };

/** Equality of JSON; the order of keys does not count. */
export function isSameJson(a: RuleJson, b: RuleJson): boolean {
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  const [left, right] = [new Map<string, RuleJson>(Object.entries(a)), new Map<string, RuleJson>(Object.entries(b))];
  if (Array.isArray(a) !== Array.isArray(b) || left.size !== right.size) return false;
  return [...left].every(([key, item]) => right.has(key) && isSameJson(item, right.get(key) ?? null));
}
