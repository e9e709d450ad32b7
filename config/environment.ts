import type { z } from 'zod';
import { options, type Option } from './schema.js';

/** The variables as a process has them; an empty one counts as not set. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Variables of Temper's that are no options. */
const otherVariables: readonly string[] = [
  'TEMPER_CONFIG',
  'TEMPER_HOME',
  // Between the supervisor and the API (apps/cli held-port.ts).
  'TEMPER_BOOT_CONNECTIONS',
];

/** An option that the environment sets. */
export interface EnvironmentValue {
  readonly option: Option;
  readonly variable: string;
  readonly value: unknown;
}

/** What the environment sets; an option's first variable that is set wins. */
export function valuesOf(env: Environment): readonly EnvironmentValue[] {
  return options.flatMap((option) => {
    const variable = option.env.find((name) => (env[name] ?? '') !== '');
    if (variable === undefined) return [];
    return [{ option, variable, value: fromText(option.schema, env[variable] ?? '') }];
  });
}

/** Variables that begin as those of a section do and set nothing: misspelt, as a rule. */
export function unknownVariables(env: Environment, sections: readonly string[]): readonly string[] {
  const known = new Set([...options.flatMap((option) => option.env), ...otherVariables]);
  const prefixes = sections.map((name) => `TEMPER_${name.toUpperCase()}_`);
  return Object.keys(env).filter(
    (name) => !known.has(name) && env[name] !== '' && prefixes.some((prefix) => name.startsWith(prefix)),
  );
}

/** The value that a text means for an option; what does not fit stays a text, and the schema refuses it. */
export function fromText(schema: z.core.$ZodType, text: string): unknown {
  switch (kindOf(schema)) {
    case 'number':
      return /^\s*-?\d+(\.\d+)?\s*$/.test(text) ? Number(text) : text;
    case 'boolean':
      return booleans[text.trim().toLowerCase()] ?? text;
    case 'array':
      return text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
    case 'record':
    case 'object':
      return jsonOr(text);
    default:
      return text;
  }
}

const booleans: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  1: true,
  false: false,
  no: false,
  off: false,
  0: false,
};

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The kind of value below defaults and the like, in zod's words. */
export function kindOf(schema: z.core.$ZodType): string {
  const { def } = schema._zod;
  const inner: unknown = 'innerType' in def ? def.innerType : 'in' in def ? def.in : undefined;
  return isSchema(inner) ? kindOf(inner) : def.type;
}

/** Is it a schema of zod's? Its inner definitions are not typed. */
export function isSchema(value: unknown): value is z.core.$ZodType {
  return typeof value === 'object' && value !== null && '_zod' in value;
}
