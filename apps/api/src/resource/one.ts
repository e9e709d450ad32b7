import { z } from 'zod';
import { invalid, notAcceptable, notFound } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { argument } from './json-types.js';
import { asUuid } from './names.js';
import type { Resource } from './resource.js';
import { shown } from './shown.js';

/** Query parameters of GET for one object. */
export const oneArguments = z.object({ fields: argument.strings() });

/** Prisma's condition for one row by what a path names it. */
export type UuidOrName = { readonly uuid: string } | { readonly name: string };

/**
 * Finds what a path names by UUID or name. That it can be one of both is checked before, by `argument.uuidOrName()`.
 * @param noun how Ironic's texts call it: `Portgroup`
 * @param call given by resources whose names may end in `.json`, which before 1.91 is tried without and with it
 * @throws ApiError 404 when there is none
 */
export async function findByUuidOrName<Row>(
  noun: string,
  ident: string,
  find: (where: UuidOrName) => Promise<Row | null>,
  call?: Call,
): Promise<Row> {
  for (const candidate of call?.jsonSuffix === true ? [ident, `${ident}.json`] : [ident]) {
    const uuid = asUuid(candidate);
    const row = await find(uuid === undefined ? { name: candidate } : { uuid });
    if (row !== null) return row;
  }
  throw notFound(`${noun} ${ident} could not be found.`);
}

/**
 * Checks the `fields` of a single object.
 * @param fields null when the client named none
 * @returns the fields to show; undefined means all
 * @throws ApiError 406 for what is newer than the version, 400 for unknown fields
 */
export function oneFields(
  call: Call,
  resource: Resource<z.ZodRawShape>,
  fields: readonly string[] | null,
): readonly string[] | undefined {
  if (fields === null) return undefined;
  if (!call.allows('query.fields')) throw notAcceptable();
  resource.refuseNewer(call.minor, fields);
  refuseUnknownFields(resource, fields);
  return fields;
}

/** @throws ApiError 400 for names that are no fields of the resource */
export function refuseUnknownFields(resource: Resource<z.ZodRawShape>, names: readonly string[]): void {
  const unknown = names.filter((name) => !resource.fields.includes(name) || resource.facts(name).hidden === true);
  if (unknown.length > 0) throw invalid(`Field(s) "${unknown.join(', ')}" are not valid`);
}

/** Asks for a row by UUID only, for markers that may be any text; what is no UUID names none. */
export async function byUuid<Row>(text: string, find: (uuid: string) => Promise<Row | null>): Promise<Row | null> {
  const uuid = asUuid(text);
  return uuid === undefined ? null : find(uuid);
}

/**
 * Checks the `fields` of resources whose query Ironic checks by a schema, with that schema's words.
 * @param known the names in the order of Ironic's text, where that is not the alphabet's
 * @throws ApiError 400 for names that are no fields of the resource
 */
export function refuseFieldsBySchema(
  resource: Resource<z.ZodRawShape>,
  names: readonly string[] | null,
  known: readonly string[] = resource.fields.toSorted(),
): void {
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw invalid(`Schema error: ${shown(unknown)} is not one of ${shown(known)}`);
}
