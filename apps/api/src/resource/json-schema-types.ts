import { z } from 'zod';
import type { Json } from '#database/secrets.js';
import { documented } from './documented.js';
import { isJsonObject, type JsonObject } from './json-types.js';
import { empty, tooSmall, typed, type Issue } from './schema-messages.js';
import { shown } from './shown.js';

/*
 * Types of fields that Ironic describes by JSON schema alone, with jsonschema's messages; the rest of them, and those
 * with messages of Ironic's own, are in json-types.ts.
 */

/** A string of at least one character. */
export function filledString() {
  return z.string(typed("'string'")).min(1, empty);
}

/** An object that must be there and whose contents are the client's business. */
export function anyObject() {
  return documented(z.custom<JsonObject>(isJsonObject, typed("'object'")), { type: 'object' });
}

/** An object or a list. */
export function objectOrList() {
  const schema = z.custom<JsonObject | readonly Json[]>(
    (value) => isJsonObject(value) || Array.isArray(value),
    typed("'array', 'object'"),
  );
  return documented(schema, { type: ['array', 'object'] });
}

/** A list, of at least `least` items. */
export function listOf<Item extends z.ZodType>(item: Item, least = 0) {
  return z.array(item, typed("'array'")).min(least, empty);
}

const notObject = {
  error: (issue: z.core.$ZodRawIssue) => (issue.code === 'invalid_type' ? typed("'object'").error(issue) : undefined),
};

/** An object with these properties. */
export function objectOf<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, notObject);
}

/** An object with these properties; others are dropped. */
export function objectPartOf<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.object(shape, notObject);
}

/** An object with these properties and any others of JSON. */
export function objectWith<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.object(shape, notObject).catchall(z.custom<Json>());
}

/** One of these strings. */
export function oneOf<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.enum(values, {
    error: (issue) =>
      issue.input === undefined
        ? typed("'string'").error(issue)
        : `${shown(issue.input)} is not one of ${shown([...values])}`,
  });
}

/** A whole number that a column of the database can hold. */
export function integer() {
  return z.int32(typed("'integer'"));
}

/** A whole number of at least 0. */
export function count() {
  return integer().min(0, tooSmall);
}

/** A whole number of at least 0, also as a string of digits; one that is too long for a column is refused. */
export function countOrDigits() {
  return z.union([z.int32().min(0, tooSmall), z.string().regex(/^0*[0-9]{1,9}$/, { error: notCount })], {
    error: notCount,
  });
}

function notCount(issue: Issue): string {
  const { input } = issue;
  if (input === undefined) return typed("'integer'").error(issue);
  if (typeof input === 'number' && Number.isInteger(input) && input < 0) return tooSmall.error(issue);
  if (typeof input === 'string' && input !== '') return `${shown(input)} does not match '^[0-9]+$'`;
  return (
    `${shown(input)} is not valid under any of the given schemas. ` +
    `Possible root cause: ${shown(input)} is not of type 'integer'`
  );
}

/** A boolean, not a word for one; or null. */
export function booleanOrNull() {
  return z.boolean(typed("'boolean', 'null'")).nullish();
}
