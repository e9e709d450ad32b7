import { z } from 'zod';

/** What the reference page says of an option, and where else it can be set. */
export interface OptionInfo {
  /** One or two sentences: what it does, what 0 or nothing means. */
  readonly meaning: string;
  /** Of a number: `s`, `KiB`, `connections`. */
  readonly unit?: string;
  /** Ironic's option of the same meaning, e.g. `[api]max_limit`. */
  readonly ironic?: string;
  /** Environment variables that set it besides `TEMPER_<SECTION>_<KEY>`. */
  readonly env?: readonly string[];
  /** Its value is never shown. */
  readonly secret?: boolean;
  /** The default in words, where it is computed or depends on the machine. */
  readonly presetText?: string;
}

const infos = z.registry<OptionInfo>();

/** Declares a key of a section: its type with its default, and what the reference says of it. */
export function option<Schema extends z.ZodType>(schema: Schema, info: OptionInfo): Schema {
  infos.add(schema, info);
  return schema;
}

/** What was declared about a key. @throws Error for a key without {@link option}: a mistake in a section's file */
export function infoOf(schema: z.core.$ZodType): OptionInfo {
  const info = infos.get(schema);
  if (!info) throw new Error('A key of the configuration is declared without option().');
  return info;
}

/** One part of `temper.yaml`. A `superRefine` on it may check keys against each other. */
export function section<Shape extends z.ZodRawShape>(meaning: string, shape: Shape): z.ZodObject<Shape> {
  return z.object(shape).describe(meaning);
}

/** The types that options have; each refuses other types in words that suit people. */
export const types = {
  /** A whole number from `least` to `most`. */
  whole: (least: number, most: number) =>
    z
      .number({ error: `must be a whole number from ${least} to ${most}` })
      .refine((value) => Number.isInteger(value) && value >= least && value <= most, {
        error: `must be a whole number from ${least} to ${most}`,
      }),
  flag: () => z.boolean({ error: 'must be true or false' }),
  text: () => z.string({ error: 'must be a text' }).min(1, 'must not be empty'),
  /** A text that may be empty. */
  anyText: () => z.string({ error: 'must be a text' }),
  port: () => types.whole(0, 65_535),
  /** A URL; slashes at its end go, so that paths can be appended. */
  url: () =>
    z.url({ error: 'must be a URL such as http://192.0.2.1:6385' }).overwrite((text) => text.replace(/\/+$/, '')),
  choice: <const Values extends readonly [string, ...string[]]>(values: Values) =>
    z.enum(values, { error: `must be one of ${values.join(', ')}` }),
  list: <Item extends z.ZodType>(item: Item) => z.array(item, { error: 'must be a list' }),
};
