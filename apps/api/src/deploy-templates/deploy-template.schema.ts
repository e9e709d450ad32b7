import { z } from 'zod';
import { filledString } from '../resource/json-schema-types.js';
import { freeObject, optionalText, optionalUuid } from '../resource/json-types.js';
import { linkList } from '../resource/links.js';
import { both, field, Resource } from '../resource/resource.js';
import { patchedTemplateSteps, templateSteps } from '../resource/steps.schema.js';
import { timestamp } from '../resource/time.js';
import { trait } from '../traits/trait.schema.js';

/** A deploy template, in the order of Ironic's answers. Its name is a trait: what an instance asks for. */
export const templateResource = new Resource('deploy_template', {
  uuid: field(optionalUuid(), { create: true, short: true }),
  created_at: field(timestamp()),
  updated_at: field(timestamp()),
  name: field(filledString().pipe(trait), { ...both, short: true }),
  extra: field(freeObject(), both),
  links: field(linkList(), { always: true }),
  steps: field(templateSteps(), both),
  // Taken and thrown away, as by Ironic.
  description: field(optionalText(255), { create: true, hidden: true }),
});

const { shape } = templateResource.schema;

// In the order in which Ironic names what is missing.
const settable = { steps: shape.steps, name: shape.name, description: shape.description, extra: shape.extra };

/** The body of POST /v1/deploy_templates. */
export const newTemplate = z.strictObject({ ...settable, uuid: shape.uuid });

/** What a patch may have made of a template. */
export const patchedTemplate = z.object({ ...settable, steps: patchedTemplateSteps() });

/** The changeable part of a template. */
export type TemplateDocument = z.output<typeof patchedTemplate>;

/** Names that may be patched, in the order of Ironic's text; a description, which is never there, cannot be added. */
export const patchable: readonly string[] = ['extra', 'name', 'steps', 'description'];
