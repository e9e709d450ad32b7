import { z } from 'zod';
import { integer } from '../resource/json-schema-types.js';
import { freeObject, optionalUuid, text, uuid } from '../resource/json-types.js';
import { linkList } from '../resource/links.js';
import { both, field, Resource } from '../resource/resource.js';
import { timestamp } from '../resource/time.js';

/** A volume target, in the order of Ironic's answers. */
export const targetResource = new Resource('target', {
  uuid: field(optionalUuid(), { create: true, short: true }),
  created_at: field(timestamp()),
  updated_at: field(timestamp()),
  boot_index: field(integer(), { ...both, short: true }),
  extra: field(freeObject(), both),
  properties: field(freeObject(), both),
  volume_id: field(text(), { ...both, short: true }),
  volume_type: field(text(), { ...both, short: true }),
  links: field(linkList(), { always: true }),
  node_uuid: field(uuid(), { ...both, short: true }),
});

const { shape } = targetResource.schema;

/** The body of POST /v1/volume/targets, in the order in which Ironic names what is missing. */
export const newTarget = z.strictObject({
  boot_index: shape.boot_index,
  node_uuid: shape.node_uuid,
  volume_id: shape.volume_id,
  volume_type: shape.volume_type,
  extra: shape.extra,
  properties: shape.properties,
  uuid: shape.uuid,
});

/** What a patch may have made of a target; its node is asked for separately. */
export const patchedTarget = z.object({
  boot_index: shape.boot_index,
  volume_id: shape.volume_id,
  volume_type: shape.volume_type,
  extra: shape.extra,
  properties: shape.properties,
});

/** The changeable part of a target. */
export type TargetDocument = z.output<typeof patchedTarget>;

/** Names that may be patched, in the order of Ironic's text. */
export const patchable: readonly string[] = [
  'boot_index',
  'extra',
  'node_uuid',
  'properties',
  'volume_id',
  'volume_type',
];
