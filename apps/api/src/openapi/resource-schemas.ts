import { z } from 'zod';
import { allowsField } from '#domain/microversions.js';
import { documentationOf, type JsonSchema } from '../resource/documented.js';
import type { Resource } from '../resource/resource.js';
import { jsonSchemaOf } from './json-schema.js';

type AnyResource = Resource<z.ZodRawShape>;

/** Name of the schema of a resource: `DeployTemplate` of `deploy_template`. */
export function schemaName({ name }: AnyResource): string {
  return name.replace(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * The two schemas of what a client of that version sees of a resource: all of its fields, and some of them, as in short
 * lists and with `fields=`.
 */
export function answerSchemas(resource: AnyResource, minor: number): Readonly<Record<string, JsonSchema>> {
  const names = resource.visible(minor);
  const name = schemaName(resource);
  const properties = Object.fromEntries(names.map((field) => [field, shownField(resource, field)]));
  const some = {
    type: 'object',
    properties,
    ...(names.includes('links') ? { required: ['links'] } : {}),
    additionalProperties: false,
  };
  return { [`${name}Fields`]: some, [name]: { ...some, required: names } };
}

/** A JSON patch of the resource at that version. */
export function patchSchema(resource: AnyResource, minor: number): JsonSchema {
  const names = resource.marked('patch').filter((field) => allowsField(minor, resource.name, field));
  const path = names.length === 0 ? '^(/[\\w-]+)+$' : `^/(${names.join('|')})(/[\\w-]+)*$`;
  const value = { description: 'Needed by add and replace.' };
  return {
    type: 'array',
    items: {
      type: 'object',
      properties: { op: { enum: ['add', 'replace', 'remove'] }, path: { type: 'string', pattern: path }, value },
      required: ['op', 'path'],
      additionalProperties: false,
    },
  };
}

/**
 * A body or the named fields of an action, without the properties that are newer than the version.
 * @param gates start of the features' names: `node`, `provision`
 */
export function bodySchema(body: z.ZodType, gates: string | undefined, minor: number): JsonSchema {
  const schema = jsonSchemaOf(body, 'sent');
  const { properties, required } = partsOf(schema);
  if (properties === undefined || gates === undefined || documentationOf(body)) return schema;
  const known = (name: string) => allowsField(minor, gates, name);
  const kept = Object.entries(properties).filter(([name]) => known(name));
  return {
    ...schema,
    properties: Object.fromEntries(kept),
    ...(required ? { required: required.filter(known) } : {}),
  };
}

function shownField(resource: AnyResource, name: string): JsonSchema {
  const schema: unknown = resource.facts(name).shown ?? resource.schema.shape[name];
  if (!(schema instanceof z.ZodType)) throw new TypeError(`The field ${name} of ${resource.name} has no schema.`);
  return jsonSchemaOf(schema, 'shown');
}

const objectParts = z.object({
  properties: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  required: z.array(z.string()).optional(),
});

/** Properties of a schema of objects, and which of them must be there. */
export function partsOf(schema: JsonSchema): z.output<typeof objectParts> {
  return objectParts.parse(schema);
}
