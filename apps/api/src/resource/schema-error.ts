import type { z } from 'zod';
import { invalid, type ApiError } from '../errors/api-error.js';
import { shown } from './shown.js';

/**
 * Checks a document against a schema.
 * @param name how Ironic calls the document in its texts, such as `node` or `patch`; empty where it does not
 * @throws ApiError 400 with the first thing that is wrong
 */
export function parseDocument<Schema extends z.ZodType>(
  schema: Schema,
  document: unknown,
  name: string,
): z.output<Schema> {
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  throw schemaError(parsed.error.issues, document, name);
}

/**
 * Checks query parameters or the named fields of an action.
 * @throws ApiError 400 for unknown, missing and malformed ones
 */
export function parseArguments<Schema extends z.ZodObject>(
  schema: Schema,
  given: Readonly<Record<string, unknown>>,
  required: readonly string[] = [],
): z.output<Schema> {
  const unexpected = Object.keys(given).filter((key) => !Object.hasOwn(schema.shape, key));
  if (unexpected.length > 0) throw invalid(`Unexpected arguments: ${unexpected.join(', ')}`);
  const missing = required.find((key) => given[key] === undefined);
  if (missing !== undefined) throw invalid(`Missing mandatory parameter: ${missing}`);
  const absent = Object.fromEntries(Object.keys(schema.shape).map((key) => [key, null]));
  const parsed = schema.safeParse({ ...absent, ...given });
  if (parsed.success) return parsed.data;
  throw schemaError(parsed.error.issues, given, 'arguments');
}

function schemaError(issues: readonly z.core.$ZodIssue[], document: unknown, name: string): ApiError {
  // Ironic runs the whole schema before the checks that speak for themselves.
  const issue = issues.find((candidate) => !standsAlone(candidate)) ?? issues[0];
  const error = name === '' ? 'Schema error' : `Schema error for ${name}`;
  if (!issue) return invalid(error);
  return standsAlone(issue) ? invalid(issue.message) : invalid(`${error}: ${textOf(issue, document)}`);
}

function standsAlone(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'custom' && issue.params?.['alone'] === true;
}

function textOf(issue: z.core.$ZodIssue, document: unknown): string {
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => `'${key}'`).join(', ');
    const verb = issue.keys.length === 1 ? 'was' : 'were';
    return `Additional properties are not allowed (${names} ${verb} unexpected)`;
  }
  if (issue.code === 'invalid_type' && issue.path.length === 0) return `${shown(document)} is not of type 'object'`;
  return issue.message;
}
