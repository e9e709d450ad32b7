import { z } from 'zod';
import { freeObject, optionalText, optionalUuid } from '../resource/json-types.js';
import { linkList } from '../resource/links.js';
import { both, field, Resource } from '../resource/resource.js';
import { timestamp } from '../resource/time.js';

/** A chassis. */
export const chassisResource = new Resource('chassis', {
  uuid: field(optionalUuid(), { create: true, short: true, shown: z.uuid() }),
  created_at: field(timestamp()),
  updated_at: field(timestamp()),
  description: field(optionalText(255), { ...both, short: true }),
  extra: field(freeObject(), { ...both, shown: z.record(z.string(), z.unknown()) }),
  links: field(linkList(), { always: true }),
  // A list within a list, as Ironic has it.
  nodes: field(z.array(linkList())),
});

const { shape } = chassisResource.schema;
const settable = { uuid: shape.uuid, extra: shape.extra, description: shape.description };

/** The body of POST /v1/chassis. */
export const newChassis = z.strictObject(settable);

/** What a patch may have made of a chassis; its UUID has to be the same as before. */
export const patchedChassis = z.object(settable);

/** Names that may be patched, in the order of Ironic's text. */
export const patchable: readonly string[] = ['uuid', 'extra', 'description'];
