import { z } from 'zod';

/*
 * The API's own document, made sharper for fuzzing: most of the identifiers that are generated are those of real
 * objects, and patches have values of the fields' types. Otherwise most requests would end in a 404.
 */

const jsonObject = z.record(z.string(), z.unknown());

const operationSchema = z.looseObject({
  parameters: z.array(z.looseObject({ name: z.string().optional(), in: z.string().optional() })).default([]),
  requestBody: z
    .looseObject({ content: z.looseObject({ 'application/json': z.looseObject({ schema: jsonObject }) }) })
    .optional(),
  responses: jsonObject,
});
const documentSchema = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
  components: z.looseObject({ schemas: z.record(z.string(), jsonObject) }),
});

type Operation = z.infer<typeof operationSchema>;
/** An OpenAPI document, as far as it is read here. */
export type OpenApi = z.infer<typeof documentSchema>;

/** Reads a document. */
export function parseOpenApi(document: unknown): OpenApi {
  return documentSchema.parse(document);
}

/**
 * Real identifiers, by the path of their collection: `/v1/nodes`, `/v1/nodes/{ident}/traits`; and by the name of a
 * property what it may be, as `power_interface`.
 */
export type Identifiers = ReadonlyMap<string, readonly string[]>;

/** Changes the document in place. */
export function sharpen(document: OpenApi, identifiers: Identifiers): void {
  for (const [path, item] of Object.entries(document.paths)) {
    for (const operation of Object.values(item)) {
      // The run sends the version's header with every request; without it the answer is one of 1.1.
      operation.parameters = operation.parameters.filter((parameter) => !('$ref' in parameter));
      for (const parameter of operation.parameters) sharpenParameter(parameter, path, operation, document, identifiers);
      sharpenBody(path, operation, document, identifiers);
    }
  }
}

/** Collections that parameters and properties refer to, by their names. */
const referred: Readonly<Record<string, string>> = {
  node: '/v1/nodes',
  node_ident: '/v1/nodes',
  node_uuid: '/v1/nodes',
  parent_node: '/v1/nodes',
  chassis_uuid: '/v1/chassis',
  portgroup: '/v1/portgroups',
  portgroup_uuid: '/v1/portgroups',
  runbook: '/v1/runbooks',
  driver: '/v1/drivers',
};

/** Values without which hardly any body would be taken: what `noauth` may set, and what needs other settings. */
const likely: Readonly<Record<string, unknown>> = {
  owner: { type: 'null' },
  conductor_group: { enum: ['', null] },
  network_data: { enum: [{}, null] },
  parent_node: { type: 'null' },
  local_link_connection: { enum: [{}, { port_id: 'eth1', switch_id: '0a:1b:2c:3d:4e:5f' }] },
};

function sharpenParameter(
  parameter: Operation['parameters'][number],
  path: string,
  operation: Operation,
  document: OpenApi,
  identifiers: Identifiers,
): void {
  const { name = '' } = parameter;
  if (parameter.in === 'path') {
    const collection = path.slice(0, path.indexOf(`/{${name}}`));
    const values = identifiers.get(collection) ?? [];
    // Other strings come when the fuzzer breaks the schema on purpose.
    if (values.length > 0) parameter['schema'] = { enum: values };
  } else if (name === 'marker') {
    const collection = path.replace(/\/detail$/, '');
    parameter['schema'] = orOneOf(identifiers.get(collection), parameter['schema']);
  } else if (name === 'fields' || name === 'sort_key') {
    parameter['schema'] = orOneOf(fieldNames(operation, document), parameter['schema']);
  } else if (referred[name] !== undefined) {
    parameter['schema'] = orOneOf(identifiers.get(referred[name]), parameter['schema']);
  }
}

function sharpenBody(path: string, operation: Operation, document: OpenApi, identifiers: Identifiers): void {
  const media = operation.requestBody?.content['application/json'];
  if (!media) return;
  const properties = jsonObject.safeParse(media.schema['properties']).data ?? {};
  for (const [name, schema] of Object.entries(properties)) {
    const values = referred[name] === undefined ? identifiers.get(name) : identifiers.get(referred[name]);
    properties[name] = likely[name] ?? (values?.length ? { enum: values } : schema);
  }
  if (media.schema['type'] !== 'array' || !('items' in media.schema)) {
    media.schema = { ...media.schema, ...(media.schema['properties'] ? { properties } : {}) };
    return;
  }
  const creation = document.paths[path.replace(/\/\{\w+\}$/, '')]?.['post'];
  const created = jsonObject.safeParse(creation?.requestBody?.content['application/json'].schema['properties']).data;
  if (!created) return;
  const typed = Object.entries(created).map(([name, value]) => ({
    type: 'object',
    properties: { op: { enum: ['add', 'replace'] }, path: { const: `/${name}` }, value },
    required: ['op', 'path', 'value'],
    additionalProperties: false,
  }));
  // Deep paths come from the schema as it was; a patch with many changes is seldom right in all of them.
  media.schema = { ...media.schema, items: { anyOf: [...typed, media.schema['items']] }, maxItems: 3 };
}

/** Names of the fields of what a list or a single answer shows. */
function fieldNames({ responses }: Operation, document: OpenApi): readonly string[] {
  const name = /"#\/components\/schemas\/(\w+)"/.exec(JSON.stringify(responses['200'] ?? {}))?.[1] ?? '';
  return Object.keys(jsonObject.safeParse(document.components.schemas[name]?.['properties']).data ?? {});
}

function orOneOf(values: readonly string[] | undefined, schema: unknown): unknown {
  return values === undefined || values.length === 0 ? schema : { anyOf: [{ enum: values }, schema] };
}
