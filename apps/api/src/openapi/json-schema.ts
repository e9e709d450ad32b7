import { z } from 'zod';
import { documentationOf, type JsonSchema } from '../resource/documented.js';

/** Which side of a conversion the document speaks of: what clients send, or what they are shown. */
export type Side = 'sent' | 'shown';

/** The JSON Schema of a zod schema, with the types of resource/json-types.ts as they say of themselves. */
export function jsonSchemaOf(schema: z.ZodType, side: Side): JsonSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io: side === 'sent' ? 'input' : 'output',
    // A check in code that says nothing of itself allows anything, as far as the document knows.
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      const said = documentationOf(zodSchema)?.[side];
      if (!said) return;
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
      Object.assign(jsonSchema, said);
    },
  });
  return json;
}
