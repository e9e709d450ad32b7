import { z } from 'zod';
import { freeObject, optionalUuid, text, uuid } from '../resource/json-types.js';
import { linkList } from '../resource/links.js';
import { both, field, Resource } from '../resource/resource.js';
import { timestamp } from '../resource/time.js';

/** A volume connector, in the order of Ironic's answers. */
export const connectorResource = new Resource('connector', {
  uuid: field(optionalUuid(), { create: true, short: true }),
  created_at: field(timestamp()),
  updated_at: field(timestamp()),
  connector_id: field(text(), { ...both, short: true }),
  extra: field(freeObject(), both),
  type: field(text(), { ...both, short: true }),
  links: field(linkList(), { always: true }),
  node_uuid: field(uuid(), { ...both, short: true }),
});

const { shape } = connectorResource.schema;

/** The body of POST /v1/volume/connectors, in the order in which Ironic names what is missing. */
export const newConnector = z.strictObject({
  connector_id: shape.connector_id,
  node_uuid: shape.node_uuid,
  type: shape.type,
  extra: shape.extra,
  uuid: shape.uuid,
});

/** What a patch may have made of a connector; its node is asked for separately. */
export const patchedConnector = z.object({
  connector_id: shape.connector_id,
  type: shape.type,
  extra: shape.extra,
});

/** Names that may be patched, in the order of Ironic's text. */
export const patchable: readonly string[] = ['connector_id', 'extra', 'node_uuid', 'type'];
