import type { Prisma } from '#database/generated/client.js';
import { allows } from '#domain/microversions.js';
import { isJsonObject } from '../resource/json-types.js';
import { linksTo } from '../resource/links.js';
import { isoTime } from '../resource/time.js';
import { portResource } from './port.schema.js';

/** What a view of a port needs besides its columns. */
export const portParts = { node: { select: { uuid: true } } } as const satisfies Prisma.PortInclude;
/** A port with the UUID of its node. */
export type PortRow = Prisma.PortGetPayload<{ include: typeof portParts }>;

/** What a view depends on besides the row. */
export interface PortViewContext {
  readonly minor: number;
  readonly base: string;
}

type FieldName = keyof typeof portResource.schema.shape;

const shownFields: Readonly<Record<FieldName, (port: PortRow, context: PortViewContext) => unknown>> = {
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
  // Portgroups do not exist yet, so no port can be in one.
  portgroup_uuid: () => null,
};

/** Fields of a short list, in the order of Ironic's `next` links. */
export const shortPortFields: readonly string[] = ['uuid', 'address'];

/** A port as a client of that version sees it; with `fields` only those and its links. */
export function portView(port: PortRow, context: PortViewContext, fields?: readonly string[]): Record<string, unknown> {
  const wanted = portResource
    .visible(context.minor)
    .filter((name) => !fields || name === 'links' || fields.includes(name));
  return Object.fromEntries(wanted.map((name) => [name, isField(name) ? shownFields[name](port, context) : undefined]));
}

/** VTEP links are shown empty to versions that do not know them. */
function linkFor(value: unknown, minor: number): unknown {
  const vtep = isJsonObject(value) && Object.keys(value).some((key) => key.startsWith('vtep-'));
  return vtep && !allows(minor, 'local_link_connection.vtep') ? {} : value;
}

function isField(name: string): name is FieldName {
  return Object.hasOwn(shownFields, name);
}
