import { Prisma } from '#database/generated/client.js';
import { linksTo } from '../resource/links.js';
import type { Listed } from '../resource/list-page.js';
import { isoTime } from '../resource/time.js';
import { viewOf } from '../resource/view.js';
import { portgroupResource } from './portgroup.schema.js';

/** What a view of a portgroup needs besides its columns. */
export const portgroupParts = {
  node: { select: { uuid: true, owner: true, lessee: true } },
} as const satisfies Prisma.PortgroupInclude;
/** A portgroup with the UUID of its node. */
export type PortgroupRow = Prisma.PortgroupGetPayload<{ include: typeof portgroupParts }>;

/** A portgroup as a client of that version sees it; with `fields` only those and its links. */
export const portgroupView = viewOf<typeof portgroupResource.schema.shape, PortgroupRow>(portgroupResource, {
  uuid: (portgroup) => portgroup.uuid,
  created_at: (portgroup) => isoTime(portgroup.createdAt),
  updated_at: (portgroup) => isoTime(portgroup.updatedAt),
  address: (portgroup) => portgroup.address,
  extra: (portgroup) => portgroup.extra,
  internal_info: (portgroup) => portgroup.internalInfo,
  mode: (portgroup) => portgroup.mode,
  name: (portgroup) => portgroup.name,
  properties: (portgroup) => portgroup.properties,
  standalone_ports_supported: (portgroup) => portgroup.standalonePortsSupported,
  node_uuid: (portgroup) => portgroup.node.uuid,
  physical_network: (portgroup) => portgroup.physicalNetwork,
  category: (portgroup) => portgroup.category,
  dynamic_portgroup: (portgroup) => portgroup.dynamicPortgroup,
  links: (portgroup, { base }) => linksTo(base, `portgroups/${portgroup.uuid}`),
  ports: (portgroup, { base }) => linksTo(base, `portgroups/${portgroup.uuid}/ports`),
});

/** Lists of portgroups. */
export const portgroupList: Listed<PortgroupRow, Prisma.PortgroupWhereInput, Prisma.PortgroupOrderByWithRelationInput> =
  {
    key: 'portgroups',
    noun: 'Portgroup',
    resource: portgroupResource,
    short: ['uuid', 'address', 'name'],
    columns: Prisma.PortgroupScalarFieldEnum,
    nullable: ['updatedAt', 'address', 'name', 'physicalNetwork', 'category'],
    unsortable: ['extra', 'internal_info', 'properties'],
    find: (database, query) => database.portgroup.findMany({ ...query, include: portgroupParts }),
    marker: (database, uuid) => database.portgroup.findUnique({ where: { uuid } }),
    markerOf: (portgroup) => portgroup.uuid,
    view: portgroupView,
  };
