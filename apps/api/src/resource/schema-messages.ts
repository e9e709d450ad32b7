import { shown } from './shown.js';

/*
 * Messages of Python's jsonschema, which Ironic passes on: options for zod's checks.
 */

/** What a message may say of: the value, and where in the document it stands. */
export interface Issue {
  readonly input?: unknown;
  readonly path?: PropertyKey[] | undefined;
}

/** Name of the property that an issue is about. */
export function nameOf({ path }: Issue): string {
  return String(path?.at(-1) ?? 'value');
}

/**
 * For a type: an absent value is a missing property.
 * @param names as in the text: `'string', 'null'`
 */
export function typed(names: string) {
  return {
    error: (issue: Issue) =>
      issue.input === undefined
        ? `'${nameOf(issue)}' is a required property`
        : `${shown(issue.input)} is not of type ${names}`,
  };
}

/** For the greatest length of a string. */
export const tooLong = { error: (issue: Issue) => `${shown(issue.input)} is too long` };
/** For strings and lists that may not be empty. */
export const empty = { error: (issue: Issue) => `${shown(issue.input)} should be non-empty` };
/** For numbers from 0 on. */
export const tooSmall = { error: (issue: Issue) => `${shown(issue.input)} is less than the minimum of 0` };
