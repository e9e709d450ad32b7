import { z } from 'zod';
import type { Json } from '#database/secrets.js';
import { toBoolean } from '#domain/verb-body.js';
import { documented, orNull, type JsonSchema } from './documented.js';
import { asMac, asUuid, isLogicalName } from './names.js';
import { empty, nameOf, tooLong, typed, type Issue } from './schema-messages.js';
import { plainly } from './shown.js';

/*
 * The types of the fields of all resources, and of query parameters. Each message is that of Ironic's checkers
 * (jsonschema, then ironic/common/args.py). A message of the second kind stands alone, one of the first is preceded by
 * "Schema error for <document>:"; see schema-error.ts.
 */

/** How the types read in the API's document. */
const json = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  integer: { type: 'integer' },
  object: { type: 'object' },
  uuid: { type: 'string', format: 'uuid' },
  uuidOrName: { type: 'string', pattern: '^[A-Za-z0-9._~-]{1,255}$' },
  macAddress: { type: 'string', pattern: '^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$' },
  booleanOrWord: {
    anyOf: [
      { type: 'boolean' },
      { type: 'string', enum: ['0', '1', 'f', 'false', 'n', 'no', 'off', 'on', 't', 'true', 'y', 'yes'] },
    ],
  },
} as const satisfies Record<string, JsonSchema>;

/** Options of a refinement whose message stands alone. */
function alone(message: (name: string, value: unknown) => string) {
  return { error: (issue: Issue) => message(nameOf(issue), issue.input), params: { alone: true } };
}

/** A string. */
export function text() {
  return z.string(typed("'string'"));
}

/** A string of at most `max` characters, or null; absent is null. */
export function optionalText(max?: number) {
  const schema = z.string(typed("'string', 'null'"));
  return (max === undefined ? schema : schema.max(max, tooLong)).nullish();
}

/** The same, but not empty. */
export function filledText(max: number) {
  return z.string(typed("'string', 'null'")).min(1, empty).max(max, tooLong).nullish();
}

/** A UUID in any form that Python reads, given back in the usual one; or null. */
export function optionalUuid() {
  const schema = z
    .string(typed("'string', 'null'"))
    .refine((value) => asUuid(value) !== undefined, alone(expectedUuid))
    .transform((value) => asUuid(value) ?? value)
    .nullish();
  return documented(schema, orNull(json.uuid));
}

/** A UUID that must be there. */
export function uuid() {
  const schema = z
    .string(typed("'string'"))
    .refine((value) => asUuid(value) !== undefined, alone(expectedUuid))
    .transform((value) => asUuid(value) ?? value);
  return documented(schema, json.uuid);
}

/** A MAC address with colons, given back in lower case. */
export function macAddress() {
  const schema = z
    .string(typed("'string'"))
    .refine((value) => asMac(value) !== undefined, alone(expectedMac))
    .transform((value) => asMac(value) ?? value);
  return documented(schema, json.macAddress, { type: 'string' });
}

/** The same, or null. */
export function optionalMacAddress() {
  const schema = z
    .string(typed("'string', 'null'"))
    .refine((value) => asMac(value) !== undefined, alone(expectedMac))
    .transform((value) => asMac(value) ?? value)
    .nullish();
  return documented(schema, orNull(json.macAddress), orNull({ type: 'string' }));
}

/** An object whose contents are the client's business, or null. */
export function freeObject() {
  return documented(z.custom<JsonObject>(isJsonObject, typed("'object', 'null'")).nullish(), orNull(json.object));
}

/** An object of JSON. Everything that is checked here comes from a JSON parser, so its parts are JSON too. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Is a parsed JSON value an object? */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A boolean, also as one of the words that oslo.utils knows; null and absent are null. Numbers are refused. */
export function booleanOrWord() {
  const schema = z
    .union([z.boolean(), z.string()], typed("'string', 'boolean', 'null'"))
    .nullish()
    .refine(isBooleanOrNull, alone(invalidBoolean))
    .transform((value) => toBoolean(value) ?? null);
  return documented(schema, orNull(json.booleanOrWord), orNull(json.boolean));
}

/** A boolean and nothing else. */
export function strictBoolean() {
  return z.boolean(typed("'boolean'"));
}

/** Query parameters and the fields of action bodies (ironic/common/args.py): strings are converted. */
export const argument = {
  string: () =>
    documented(
      z
        .unknown()
        .refine(
          (value) => isAbsent(value) || typeof value === 'string',
          alone((name, value) => `Expected string for ${name}: ${plainly(value)}`),
        )
        .transform((value) => (typeof value === 'string' ? value : null)),
      orNull(json.string),
    ),
  boolean: () =>
    documented(
      z
        .unknown()
        .refine((value) => isAbsent(value) || toBoolean(value) !== undefined, alone(invalidBoolean))
        .transform((value) => toBoolean(value) ?? null),
      orNull(json.booleanOrWord),
    ),
  integer: () =>
    documented(
      z
        .unknown()
        .refine(
          (value) => isAbsent(value) || asInteger(value) !== undefined,
          alone((name, value) => `Expected an integer for ${name}: ${plainly(value)}`),
        )
        .transform((value) => asInteger(value) ?? null),
      orNull(json.integer),
    ),
  uuid: () =>
    documented(
      z
        .unknown()
        .refine((value) => isAbsent(value) || asUuid(value) !== undefined, alone(expectedUuid))
        .transform((value) => asUuid(value) ?? null),
      orNull(json.uuid),
    ),
  uuidOrName: () =>
    documented(
      z
        .unknown()
        .refine(
          (value) => isAbsent(value) || isLogicalName(value) || asUuid(value) !== undefined,
          alone((name, value) => `Expected UUID or name for ${name}: ${plainly(value)}`),
        )
        .transform((value) => (typeof value === 'string' ? value : null)),
      orNull(json.uuidOrName),
    ),
  macAddress: () =>
    documented(
      z
        .unknown()
        .refine((value) => isAbsent(value) || asMac(value) !== undefined, alone(expectedMac))
        .transform((value) => asMac(value) ?? null),
      orNull(json.macAddress),
    ),
  /** A comma-separated list, lower-cased and without repeats; or the parameter given several times. */
  strings: () =>
    documented(
      z
        .unknown()
        .refine(
          (value) => isAbsent(value) || typeof value === 'string' || isListOfStrings(value),
          alone((name, value) => `Expected string for ${name}: ${plainly(value)}`),
        )
        .transform((value) => (isAbsent(value) ? null : asStrings(value))),
      orNull({ ...json.string, description: 'A comma-separated list.' }),
    ),
} as const;

function expectedUuid(name: string, value: unknown): string {
  return `Expected UUID for ${name}: ${plainly(value)}`;
}

function expectedMac(name: string, value: unknown): string {
  return `Expected valid MAC address for ${name}: ${plainly(value)}`;
}

function invalidBoolean(name: string, value: unknown): string {
  const words = "'0', '1', 'f', 'false', 'n', 'no', 'off', 'on', 't', 'true', 'y', 'yes'";
  return `Invalid ${name}: Unrecognized value '${plainly(value)}', acceptable values are: ${words}`;
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function isBooleanOrNull(value: unknown): boolean {
  return isAbsent(value) || toBoolean(value) !== undefined;
}

/** As Python's int(), which has no largest number: beyond those that are exact here they are all the same. */
function asInteger(value: unknown): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  const isText = typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value);
  if (!isText && !(typeof value === 'number' && Number.isFinite(value))) return undefined;
  return Math.min(Math.max(Math.trunc(Number(value)), Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
}

function isListOfStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function asStrings(value: unknown): string[] {
  if (isListOfStrings(value)) return value;
  const items = String(value)
    .split(',')
    .map((item) => item.trim().toLowerCase())
    .filter((item) => item !== '');
  return [...new Set(items)];
}
