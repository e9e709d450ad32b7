import { randomInt } from 'node:crypto';
import type { Case, Json, Variables } from './case.js';

/** The variables a run starts with: names, MAC addresses and UUIDs that no other run uses. */
export function firstVariables(script: Case, caseNumber: number, base: string): Variables {
  const run =
    'abcdef'.charAt(randomInt(6)) +
    randomInt(1 << 20)
      .toString(16)
      .padStart(5, '0');
  const numbered = [1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((n): [string, Json][] => {
    const last = ((caseNumber * 10 + n) % 256).toString(16).padStart(2, '0');
    const mac = ['52', '54', run.slice(0, 2), run.slice(2, 4), run.slice(4), last].join(':');
    const uuid = `${run}${n.toString(16).padStart(2, '0')}-0000-4000-8000-${caseNumber.toString(16).padStart(12, '0')}`;
    return [
      [`mac${n}`, mac],
      [`uuid${n}`, uuid],
    ];
  });
  const variables: Record<string, Json> = { run, RUN: run.toUpperCase(), base, ...Object.fromEntries(numbered) };
  for (const [name, text] of Object.entries(script.vars ?? {})) variables[name] = fill(text, variables);
  return variables;
}

/** Replaces `${name}` in every string; a string that is only `${name}` may become another kind of value. */
export function fill(value: Json, variables: Variables): Json {
  if (typeof value === 'string') return fillText(value, variables);
  if (Array.isArray(value)) return value.map((item) => fill(item, variables));
  if (value === null || typeof value !== 'object') return value;
  const { $repeat: repeated, $times: times, $nest: nested } = value;
  if (typeof repeated === 'string' && typeof times === 'number') return repeated.repeat(times);
  if (typeof nested === 'number') return nest(nested);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [textOf(fill(key, variables)), fill(item, variables)]),
  );
}

function fillText(text: string, variables: Variables): Json {
  const whole = /^\$\{([A-Za-z_][\w.]*)\}$/.exec(text)?.[1];
  if (whole !== undefined) return variables[whole] ?? `unset-${whole}`;
  return text.replace(/\$\{([A-Za-z_][\w.]*)\}/g, (_, name: string) => textOf(variables[name] ?? `unset-${name}`));
}

function nest(depth: number): Json {
  let result: Json = {};
  for (let index = 0; index < depth; index++) result = { a: result };
  return result;
}

/** A value inside of a text. */
export function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What `pick` gives for a path that leads nowhere. */
export const absent = '<absent>';

/** The value at a dotted path: `nodes.0.uuid`, `-1` for the last, `#` for the length, `*` for the whole. */
export function pick(document: Json, path: string): Json {
  let current: Json = document;
  for (const part of path === '*' ? [] : path.split('.')) current = member(current, part);
  return current;
}

function member(value: Json, name: string): Json {
  if (name === '#') {
    if (typeof value === 'string' || Array.isArray(value)) return value.length;
    return value !== null && typeof value === 'object' ? Object.keys(value).length : absent;
  }
  if (Array.isArray(value)) return (/^-?\d+$/.test(name) ? value.at(Number(name)) : undefined) ?? absent;
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, name)) return absent;
  return value[name] ?? null;
}
