import type { z } from 'zod';
import { allows, allowsField, isFeature, type Feature } from '#domain/microversions.js';
import type { JsonSchema } from '../resource/documented.js';
import type { Resource } from '../resource/resource.js';
import type { Description } from './described.js';
import { jsonSchemaOf } from './json-schema.js';
import { bodySchema, partsOf, patchSchema, schemaName } from './resource-schemas.js';
import type { DescribedRoute } from './routes.js';
import { errorsOf, versionedHeaders } from './standard-parts.js';

type AnyResource = Resource<z.ZodRawShape>;

/** A route that the document describes. */
export type RouteInDocument = DescribedRoute & { readonly description: Description };

/** The operation object of a route, as a client of that version meets it (OpenAPI 3.1 §4.8.10). */
export function operationOf(route: RouteInDocument, minor: number): object {
  const { description, method, path, policy } = route;
  const { status = 200, answer } = description;
  const versioned = path.startsWith('/v1');
  const body = bodyOf(description, minor);
  const parameters = [...pathParameters(path), ...queryParameters(route, minor)];
  return {
    operationId: operationId(route),
    summary: description.summary,
    ...(description.description === undefined ? {} : { description: description.description }),
    tags: [tagOf(path)],
    parameters: versioned ? [{ $ref: '#/components/parameters/Version' }, ...parameters] : parameters,
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: {
      [status]: {
        description: answer === null ? 'Done or accepted; no content.' : 'Success.',
        headers: {
          ...versionedHeaders,
          ...(status === 201 ? { Location: { $ref: '#/components/headers/Location' } } : {}),
        },
        ...(answer === null
          ? {}
          : { content: { [description.mediaType ?? 'application/json']: { schema: answerSchema(route, minor) } } }),
      },
      ...errorsOf(method, policy === 'public'),
    },
    ...(policy === 'public' ? { security: [] } : {}),
    ...(policy === undefined ? {} : { 'x-policy': policy }),
  };
}

/** Resources that the answer refers to. */
export function resourcesOf({ answer }: Description): readonly AnyResource[] {
  if (answer === null || 'schema' in answer) return [];
  return ['one' in answer ? answer.one : answer.list];
}

/** `listPorts` of `List the ports`; with the method where one handler has several. */
export function operationId({ description: { summary }, anyMethod, method }: RouteInDocument): string {
  const words = summary
    .replace(/[^A-Za-z0-9 ]/g, '')
    .split(' ')
    .filter((word) => word !== '' && !['a', 'an', 'the', 'of', 'its'].includes(word));
  const name = words.map((word, index) => (index === 0 ? word.toLowerCase() : capital(word))).join('');
  return anyMethod ? `${name}By${capital(method)}` : name;
}

function answerSchema({ description, path }: RouteInDocument, minor: number): JsonSchema {
  const { answer, query } = description;
  if (answer === null) return {};
  if ('schema' in answer) {
    return jsonSchemaOf(typeof answer.schema === 'function' ? answer.schema(minor) : answer.schema, 'shown');
  }
  const hasArgument = (name: string) => query !== undefined && Object.hasOwn(query.shape, name);
  if ('one' in answer) return reference(answer.one, hasArgument('fields'));
  const { list, key } = answer;
  const some =
    !path.endsWith('/detail') && (hasArgument('fields') || hasArgument('detail') || list.short(minor).length > 0);
  return {
    type: 'object',
    properties: {
      [key]: { type: 'array', items: reference(list, some) },
      ...(hasArgument('limit') ? { next: { type: 'string', format: 'uri', description: 'The next page.' } } : {}),
    },
    required: [key],
    additionalProperties: false,
  };
}

function reference(resource: AnyResource, some: boolean): JsonSchema {
  return { $ref: `#/components/schemas/${schemaName(resource)}${some ? 'Fields' : ''}` };
}

function bodyOf(description: Description, minor: number): JsonSchema | undefined {
  const [resource] = resourcesOf(description);
  if (description.jsonPatch) return resource ? patchSchema(resource, minor) : undefined;
  return description.body && bodySchema(description.body, description.gates ?? resource?.name, minor);
}

function pathParameters(path: string): readonly object[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    ...(name === 'ident' ? { description: 'UUID or name.' } : {}),
    schema: { type: 'string', minLength: 1 },
  }));
}

function queryParameters({ path, description: { query } }: RouteInDocument, minor: number): readonly object[] {
  if (!query) return [];
  const { properties } = partsOf(jsonSchemaOf(query, 'sent'));
  const known = Object.entries(properties ?? {}).filter(([name]) => knowsParameter(listName(path), name, minor));
  return known.map(([name, schema]) => {
    const { description, ...rest } = withoutNull(schema);
    return { name, in: 'query', ...(description === undefined ? {} : { description }), schema: rest };
  });
}

/** Features of parameters that are named otherwise than those of most lists. */
const namedOtherwise: Readonly<Record<string, Feature>> = {
  'drivers.fields': 'query.driverFields',
  'bios.detail': 'query.biosDetail',
};

function knowsParameter(list: string, name: string, minor: number): boolean {
  const feature = namedOtherwise[`${list}.${name}`] ?? `filter.${list}.${name}`;
  return isFeature(feature) ? allows(minor, feature) : allowsField(minor, 'query', name);
}

/** `ports` of `/v1/nodes/{ident}/ports/detail`, as features name their query parameters. */
function listName(path: string): string {
  return path.split('/').findLast((segment) => segment !== 'detail' && !segment.startsWith('{')) ?? '';
}

/** A query has no null. */
function withoutNull(schema: JsonSchema): JsonSchema {
  const { type, anyOf }: { type?: unknown; anyOf?: unknown } = schema;
  if (Array.isArray(type)) return { ...schema, type: type.find((name) => name !== 'null') };
  return Array.isArray(anyOf) ? { ...schema, anyOf: anyOf.filter((choice) => choice.type !== 'null') } : schema;
}

/** `Ports` of `/v1/ports`; nodes have much below them: `Node states` of `/v1/nodes/{ident}/states/power`. */
function tagOf(path: string): string {
  const [, first, ident, below] = path.split('/').filter((segment) => segment !== '');
  if (!path.startsWith('/v1/') || first === undefined || first === 'openapi.json') return 'Service';
  const words = first === 'nodes' && ident?.startsWith('{') && below ? `node ${below}` : first;
  return capital(words.replaceAll('_', ' '));
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
