import { z } from 'zod';
import { invalid } from '../errors/api-error.js';
import { parseDocument } from './schema-error.js';
import { typed } from './schema-messages.js';
import { shown } from './shown.js';

/** One change. A root attribute is a path of one name. */
export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly names: readonly string[];
  /** Absent when the client sent none, which only `remove` may. */
  readonly value?: unknown;
}

/** What a patch is applied to: the changeable part of an object, in the API's names. */
export type PatchableDocument = Record<string, unknown>;

const operations = z.array(
  z.strictObject(
    {
      op: z.string(typed("'string'")).refine((op) => op === 'add' || op === 'replace' || op === 'remove', {
        error: (issue) => `${shown(issue.input)} is not one of ['add', 'replace', 'remove']`,
      }),
      path: z.string(typed("'string'")).regex(/^(\/[\w-]+)+$/, {
        error: (issue) => `${shown(issue.input)} does not match '^(/[\\\\w-]+)+$'`,
      }),
      value: z.unknown().optional(),
    },
    { error: (issue) => (issue.code === 'invalid_type' ? `${shown(issue.input)} is not of type 'object'` : undefined) },
  ),
  { error: (issue) => `${shown(issue.input)} is not of type 'array'` },
);

/**
 * Reads the body of a PATCH.
 * @throws ApiError 400 when it is no list of changes
 */
export function parsePatch(body: unknown): readonly PatchOperation[] {
  if (!Array.isArray(body)) throw invalid(`Schema error for patch: ${shown(body)} is not of type 'array'`);
  return parseDocument(operations, body, 'patch').map((change) => ({
    op: change.op,
    path: change.path,
    names: change.path.split('/').slice(1),
    ...('value' in change ? { value: change.value } : {}),
  }));
}

/** The root attributes that a patch touches, each once. */
export function touched(patch: readonly PatchOperation[]): readonly string[] {
  return [...new Set(patch.map(({ names }) => names[0] ?? ''))];
}

/** The values that a patch gives to exactly this path; removals give none. */
export function valuesFor(patch: readonly PatchOperation[], path: string): readonly unknown[] {
  return patch.filter((change) => change.path === path && change.op !== 'remove').map(({ value }) => value);
}

/**
 * The document with the changes applied one by one; the one given stays as it is. A removed root attribute is gone from
 * the result, which means null or its default.
 * @throws ApiError 400 naming the change that does not fit
 */
export function applyPatch(document: PatchableDocument, patch: readonly PatchOperation[]): PatchableDocument {
  for (const { op, names, path } of patch) {
    if (op === 'add' && names.length === 1 && !Object.hasOwn(document, names[0] ?? '')) {
      throw invalid(`Adding a new attribute (${path}) to the root of the resource is not allowed`);
    }
  }
  const result = structuredClone(document);
  for (const change of patch) {
    const reason = applyOne(result, change);
    // The value and the document stay out of the text: they may hold secrets.
    if (reason !== undefined) {
      throw invalid(`Couldn't apply patch '{'op': '${change.op}', 'path': '${change.path}'}'. Reason: ${reason}`);
    }
  }
  return result;
}

function applyOne(document: PatchableDocument, change: PatchOperation): string | undefined {
  if (change.op !== 'remove' && !('value' in change)) return "The operation does not contain a 'value' member";
  let parent: unknown = document;
  for (const name of change.names.slice(0, -1)) {
    if (!has(parent, name)) return `member '${name}' not found`;
    parent = member(parent, name);
  }
  const name = change.names.at(-1) ?? '';
  if (Array.isArray(parent)) return changeItem(parent, name, change);
  if (isObject(parent)) return changeMember(parent, name, change);
  return `member '${name}' not found, for its parent is neither an object nor a list`;
}

function changeMember(parent: PatchableDocument, name: string, { op, value }: PatchOperation): string | undefined {
  if (op !== 'add' && !Object.hasOwn(parent, name)) {
    return `can't ${op} a non-existent object '${name}'`;
  }
  if (op === 'remove') delete parent[name];
  // Defined rather than assigned, so that __proto__ is an ordinary name.
  else Object.defineProperty(parent, name, { value, enumerable: true, writable: true, configurable: true });
  return undefined;
}

function changeItem(parent: unknown[], name: string, { op, value }: PatchOperation): string | undefined {
  const index = name === '-' && op === 'add' ? parent.length : /^(0|[1-9][0-9]*)$/.test(name) ? Number(name) : -1;
  if (index < 0) return `'${name}' is not a valid sequence index`;
  if (index > parent.length || (op !== 'add' && index === parent.length)) return `can't ${op} outside of list`;
  if (op === 'add') parent.splice(index, 0, value);
  else if (op === 'replace') parent.splice(index, 1, value);
  else parent.splice(index, 1);
  return undefined;
}

function isObject(value: unknown): value is PatchableDocument {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function has(parent: unknown, name: string): boolean {
  if (Array.isArray(parent)) return /^(0|[1-9][0-9]*)$/.test(name) && Number(name) < parent.length;
  return isObject(parent) && Object.hasOwn(parent, name);
}

function member(parent: unknown, name: string): unknown {
  if (Array.isArray(parent)) return parent[Number(name)];
  return isObject(parent) ? parent[name] : undefined;
}
