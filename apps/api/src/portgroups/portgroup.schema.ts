import { z } from 'zod';
import {
  booleanOrWord,
  freeObject,
  optionalMacAddress,
  optionalText,
  optionalUuid,
  uuid,
} from '../resource/json-types.js';
import { linkList } from '../resource/links.js';
import { both, field, Resource } from '../resource/resource.js';
import { timestamp } from '../resource/time.js';

const object = () => field(freeObject(), { ...both, shown: z.record(z.string(), z.unknown()) });

/** A portgroup. */
export const portgroupResource = new Resource('portgroup', {
  uuid: field(optionalUuid(), { create: true, short: true, shown: z.uuid() }),
  created_at: field(timestamp()),
  updated_at: field(timestamp()),
  address: field(optionalMacAddress(), { ...both, short: true }),
  extra: object(),
  internal_info: field(z.record(z.string(), z.unknown())),
  mode: field(optionalText(), { ...both, shown: z.string() }),
  name: field(optionalText(), { ...both, short: true }),
  properties: object(),
  standalone_ports_supported: field(booleanOrWord(), { ...both, shown: z.boolean() }),
  node_uuid: field(uuid(), both),
  physical_network: field(optionalText(64), both),
  category: field(optionalText(80), both),
  dynamic_portgroup: field(z.boolean()),
  links: field(linkList(), { always: true }),
  ports: field(linkList()),
});

const { shape } = portgroupResource.schema;

const settable = {
  address: shape.address,
  category: shape.category,
  extra: shape.extra,
  mode: shape.mode,
  name: shape.name,
  physical_network: shape.physical_network,
  properties: shape.properties,
  standalone_ports_supported: shape.standalone_ports_supported,
};

/** The body of POST /v1/portgroups. */
export const newPortgroup = z.strictObject({ ...settable, node_uuid: shape.node_uuid, uuid: shape.uuid });

/** What a patch may have made of a portgroup; it stays with its node. */
export const patchedPortgroup = z.object(settable);

/** The changeable part of a portgroup. */
export type PortgroupDocument = z.output<typeof patchedPortgroup>;

/** Names that may be patched, in the order of Ironic's text. */
export const patchable: readonly string[] = [
  'address',
  'extra',
  'mode',
  'name',
  'node_uuid',
  'properties',
  'standalone_ports_supported',
  'physical_network',
  'category',
];
