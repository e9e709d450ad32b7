import type { Prisma } from '#database/generated/client.js';
import { allows } from '#domain/microversions.js';
import { isJsonObject } from '../resource/json-types.js';
import { linksTo } from '../resource/links.js';
import { isoTime } from '../resource/time.js';
import { viewOf } from '../resource/view.js';
import { portResource } from './port.schema.js';

/** What a view of a port needs besides its columns. */
export const portParts = {
  node: { select: { uuid: true, owner: true, lessee: true } },
  portgroup: { select: { uuid: true } },
} as const satisfies Prisma.PortInclude;
/** A port with the UUIDs of its node and portgroup. */
export type PortRow = Prisma.PortGetPayload<{ include: typeof portParts }>;

/** A port as a client of that version sees it; with `fields` only those and its links. */
export const portView = viewOf<typeof portResource.schema.shape, PortRow>(portResource, {
  uuid: (port) => port.uuid,
  created_at: (port) => isoTime(port.createdAt),
  updated_at: (port) => isoTime(port.updatedAt),
  address: (port) => port.address,
  extra: (port) => port.extra,
  internal_info: (port) => port.internalInfo,
  is_smartnic: (port) => port.isSmartnic,
  local_link_connection: (port, { minor }) => linkFor(port.localLinkConnection, minor),
  physical_network: (port) => port.physicalNetwork,
  pxe_enabled: (port) => port.pxeEnabled,
  node_uuid: (port) => port.node.uuid,
  node_ident: () => undefined,
  name: (port) => port.name,
  description: (port) => port.description,
  vendor: (port) => port.vendor,
  category: (port) => port.category,
  available_for_dynamic_portgroup: (port) => port.availableForDynamicPortgroup,
  links: (port, { base }) => linksTo(base, `ports/${port.uuid}`),
  portgroup_uuid: (port) => port.portgroup?.uuid ?? null,
});

/** VTEP links are shown empty to versions that do not know them. */
function linkFor(value: unknown, minor: number): unknown {
  const vtep = isJsonObject(value) && Object.keys(value).some((key) => key.startsWith('vtep-'));
  return vtep && !allows(minor, 'local_link_connection.vtep') ? {} : value;
}
