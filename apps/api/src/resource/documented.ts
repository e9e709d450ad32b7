import { z } from 'zod';

/** A JSON Schema of draft 2020-12, which is also that of OpenAPI 3.1. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What the API's document says of a type that no JSON Schema follows from by itself. */
export interface DocumentedAs {
  /** What a client may send. */
  readonly sent: JsonSchema;
  /** What answers show. */
  readonly shown: JsonSchema;
}

const documentedAs = z.registry<DocumentedAs>();

/**
 * Says how a schema with checks and conversions in code reads in the API's document. Schemas made from it by
 * `.optional()`, `.refine()` and the like keep what was said.
 * @param shown what answers show, where it is not what is sent
 */
export function documented<Schema extends z.ZodType>(schema: Schema, sent: JsonSchema, shown = sent): Schema {
  documentedAs.add(schema, { sent, shown });
  return schema;
}

/** What was said of that very schema; undefined where its JSON Schema follows from itself. */
export function documentationOf(schema: z.core.$ZodType): DocumentedAs | undefined {
  return documentedAs.get(schema);
}

/** The same, or null. */
export function orNull(schema: JsonSchema): JsonSchema {
  const { type, anyOf }: { type?: unknown; anyOf?: unknown } = schema;
  if (typeof type === 'string' && schema['enum'] === undefined) return { ...schema, type: [type, 'null'] };
  return { anyOf: [...(Array.isArray(anyOf) ? anyOf : [schema]), { type: 'null' }] };
}
