import type { z } from 'zod';
import { conflict, invalid } from '../errors/api-error.js';
import { violatedColumn } from '../errors/database-error.js';
import type { Call } from '../http/call.js';
import { applyPatch, parsePatch, type PatchableDocument, type PatchOperation } from './json-patch.js';
import { parseDocument } from './schema-error.js';

/**
 * The JSON patch of a request.
 * @param patchable root attributes that may be patched, in the order of Ironic's text (its `PATCH_ALLOWED_FIELDS`)
 * @throws ApiError 400 when it is no patch, or touches another attribute
 */
export function readPatch(call: Call, patchable: readonly string[]): readonly PatchOperation[] {
  const patch = parsePatch(call.json());
  const foreign = patch.find(({ names }) => !patchable.includes(names[0] ?? ''));
  if (foreign) {
    throw invalid(`Cannot patch ${foreign.path}. Only the following can be updated: ${patchable.join(', ')}`);
  }
  return patch;
}

/**
 * What a patch makes of the changeable part of an object.
 * @param document that part before, in the API's names; each attribute is there, null when it has no value
 * @param schema what the result must be like; a removed attribute is absent, which means null or its default
 * @throws ApiError 400 when the patch does not fit the document, or its result not the schema
 */
export function patched<Schema extends z.ZodType>(
  schema: Schema,
  document: PatchableDocument,
  patch: readonly PatchOperation[],
): z.output<Schema> {
  return parseDocument(schema, applyPatch(document, patch), 'patch');
}

/**
 * Runs a write. A unique value that another row has becomes a 409.
 * @param texts what to say, by the violated column or columns as in the index's name: `name`, `type_connector_id`
 * @throws ApiError 409; every other error as it is
 */
export async function orConflict<Result>(
  texts: Readonly<Record<string, string>>,
  write: () => Promise<Result>,
): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    const text = texts[violatedColumn(error) ?? ''];
    throw text === undefined ? error : conflict(text);
  }
}
