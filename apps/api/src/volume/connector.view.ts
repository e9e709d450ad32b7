import { Prisma } from '#database/generated/client.js';
import { linksTo } from '../resource/links.js';
import type { Listed } from '../resource/list-page.js';
import { isoTime } from '../resource/time.js';
import { viewOf } from '../resource/view.js';
import { connectorResource } from './connector.schema.js';
import { volumeParts } from './volume-nodes.js';

/** A connector with its node. */
export type ConnectorRow = Prisma.VolumeConnectorGetPayload<{ include: typeof volumeParts }>;

/** A connector as an answer shows it; with `fields` only those and its links. */
export const connectorView = viewOf<typeof connectorResource.schema.shape, ConnectorRow>(connectorResource, {
  uuid: (connector) => connector.uuid,
  created_at: (connector) => isoTime(connector.createdAt),
  updated_at: (connector) => isoTime(connector.updatedAt),
  connector_id: (connector) => connector.connectorId,
  extra: (connector) => connector.extra,
  type: (connector) => connector.type,
  links: (connector, { base }) => linksTo(base, `volume/connectors/${connector.uuid}`),
  node_uuid: (connector) => connector.node.uuid,
});

/** The list of connectors. */
export const connectorList: Listed<
  ConnectorRow,
  Prisma.VolumeConnectorWhereInput,
  Prisma.VolumeConnectorOrderByWithRelationInput
> = {
  key: 'connectors',
  noun: 'Volume connector',
  resource: connectorResource,
  short: ['uuid', 'node_uuid', 'type', 'connector_id'],
  columns: Prisma.VolumeConnectorScalarFieldEnum,
  nullable: ['updatedAt'],
  unsortable: ['extra'],
  find: (database, query) => database.volumeConnector.findMany({ ...query, include: volumeParts }),
  marker: (database, uuid) => database.volumeConnector.findUnique({ where: { uuid } }),
  markerOf: (connector) => connector.uuid,
  view: connectorView,
};
