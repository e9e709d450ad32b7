import { z } from 'zod';
import { documented } from '../resource/documented.js';
import { tooLong } from '../resource/schema-messages.js';
import { shown } from '../resource/shown.js';
import { standardTraits } from './standard-traits.js';

/** Traits a node may have at most. */
export const maxTraits = 50;

/** One trait: CUSTOM_ followed by capitals, digits and underscores, or a standard one. */
export const trait = documented(
  z
    .string({ error: (issue) => `${shown(issue.input)} is not of type 'string'` })
    .max(255, tooLong)
    .refine((name) => standardTraits.has(name) || /^CUSTOM_[A-Z0-9_]+$/.test(name), {
      error: (issue) =>
        `${shown(issue.input)} is not valid under any of the given schemas. Possible root cause: ` +
        `${shown(issue.input)} does not match '^CUSTOM_[A-Z0-9_]+$'`,
    }),
  {
    type: 'string',
    pattern: '^(CUSTOM|COMPUTE|HW|MISC|OWNER|STORAGE)_[A-Z0-9_]+$',
    maxLength: 255,
    description: 'A standard trait, or one of your own that begins with CUSTOM_.',
  },
);

/** The body of PUT /v1/nodes/{ident}/traits, and of the same of a runbook. */
export const traitsBody = z.strictObject({
  traits: z.array(trait, { error: (issue) => `${shown(issue.input)} is not of type 'array'` }).optional(),
});
