import { z } from 'zod';
import { allows } from '#domain/microversions.js';
import { booleanOrNull, filledString, listOf } from '../resource/json-schema-types.js';
import { freeObject, optionalText, optionalUuid } from '../resource/json-types.js';
import { linkList } from '../resource/links.js';
import { both, field, Resource } from '../resource/resource.js';
import { tooLong } from '../resource/schema-messages.js';
import { shown } from '../resource/shown.js';
import { patchedRunbookSteps, runbookSteps } from '../resource/steps.schema.js';
import { timestamp } from '../resource/time.js';
import { trait } from '../traits/trait.schema.js';

/** A runbook, in the order of Ironic's answers. */
export const runbookResource = new Resource('runbook', {
  uuid: field(optionalUuid(), { create: true, short: true }),
  created_at: field(timestamp()),
  updated_at: field(timestamp()),
  name: field(freeName(), { ...both, short: true }),
  extra: field(freeObject(), both),
  public: field(booleanOrNull(), both),
  owner: field(optionalText(255), both),
  disable_ramdisk: field(booleanOrNull(), both),
  description: field(optionalText(255), both),
  links: field(linkList(), { always: true }),
  steps: field(runbookSteps(), both),
  // Changed by their own paths only.
  traits: field(listOf(trait)),
});

/** A name of 1.112: whatever a URL can name it by. */
function freeName() {
  return filledString()
    .max(255, tooLong)
    .regex(/^[A-Za-z0-9\-._~]+$/, {
      error: (issue) => `${shown(issue.input)} does not match '^[A-Za-z0-9\\\\-._~]+$'`,
    });
}

const { shape } = runbookResource.schema;

// In the order in which Ironic names what is missing.
const old = {
  steps: shape.steps,
  name: filledString().pipe(trait),
  disable_ramdisk: shape.disable_ramdisk,
  extra: shape.extra,
  public: shape.public,
  owner: shape.owner,
};
const settable = { ...old, name: shape.name, description: shape.description };

const newRunbook = z.strictObject({ ...settable, uuid: shape.uuid });
const newRunbookBefore112 = z.strictObject({ ...old, uuid: shape.uuid });

/** The body of POST /v1/runbooks at that version: before 1.112 the name is a trait and there is no description. */
export function newRunbookAt(minor: number) {
  return allows(minor, 'behaviour.freeRunbookNames') ? newRunbook : newRunbookBefore112;
}

/** What a patch may have made of a runbook; names are free at every version, so that each can be patched. */
export const patchedRunbook = z.object({ ...settable, steps: patchedRunbookSteps() });

/** The changeable part of a runbook. */
export type RunbookDocument = z.output<typeof patchedRunbook>;

/** Names that may be patched at that version, in the order of Ironic's text. */
export function patchableAt(minor: number): readonly string[] {
  const names = ['disable_ramdisk', 'extra', 'name', 'owner', 'public', 'steps'];
  return allows(minor, 'runbook.description') ? [...names, 'description'] : names;
}
