import { z } from 'zod';
import {
  booleanOrWord,
  freeObject,
  isJsonObject,
  macAddress,
  optionalText,
  optionalUuid,
  strictBoolean,
  text,
  uuid,
} from '../resource/json-types.js';
import { linkList } from '../resource/links.js';
import { both, field, Resource } from '../resource/resource.js';
import { timestamp } from '../resource/time.js';
import { localLinkConnection } from './local-link.schema.js';

/** A port. */
export const portResource = new Resource('port', {
  uuid: field(optionalUuid(), { create: true, short: true }),
  created_at: field(timestamp()),
  updated_at: field(timestamp()),
  address: field(macAddress(), { ...both, short: true }),
  extra: field(freeObject(), both),
  internal_info: field(z.record(z.string(), z.unknown())),
  is_smartnic: field(booleanOrWord(), both),
  local_link_connection: field(localLinkConnection(), both),
  physical_network: field(optionalText(64), both),
  pxe_enabled: field(booleanOrWord(), both),
  node_uuid: field(uuid().optional(), both),
  // Only at POST, instead of node_uuid.
  node_ident: field(text().optional(), { ...both, hidden: true }),
  name: field(optionalText(), both),
  description: field(optionalText(255), both),
  vendor: field(optionalText(32), both),
  category: field(optionalText(80), both),
  available_for_dynamic_portgroup: field(strictBoolean().optional(), both),
  links: field(linkList(), { always: true }),
  portgroup_uuid: field(optionalUuid(), both),
});

const { shape } = portResource.schema;

const settable = {
  address: shape.address,
  extra: shape.extra,
  is_smartnic: shape.is_smartnic,
  local_link_connection: shape.local_link_connection,
  physical_network: shape.physical_network,
  portgroup_uuid: shape.portgroup_uuid,
  pxe_enabled: shape.pxe_enabled,
  name: shape.name,
  description: shape.description,
  vendor: shape.vendor,
  category: shape.category,
  available_for_dynamic_portgroup: shape.available_for_dynamic_portgroup,
};

/** The body of POST /v1/ports; exactly one of node_uuid and node_ident, which is asked for separately. */
export const newPort = z.strictObject({
  ...settable,
  node_ident: shape.node_ident,
  node_uuid: shape.node_uuid,
  uuid: shape.uuid,
});

/** What a patch may have made of a port. */
export const patchedPort = z.object(settable);

/** A port that is being created. */
export type NewPort = z.output<typeof newPort>;
/** The changeable part of a port. */
export type PortDocument = z.output<typeof patchedPort>;

/** Does the body name the node in exactly one of the two ways? */
export function namesOneNode(body: unknown): boolean {
  return isJsonObject(body) && Object.hasOwn(body, 'node_uuid') !== Object.hasOwn(body, 'node_ident');
}

/** Names that may be patched, in the order of Ironic's text. */
export const patchable: readonly string[] = [
  'address',
  'extra',
  'is_smartnic',
  'local_link_connection',
  'node_ident',
  'node_uuid',
  'physical_network',
  'portgroup_uuid',
  'pxe_enabled',
  'name',
  'description',
  'vendor',
  'category',
  'available_for_dynamic_portgroup',
];
