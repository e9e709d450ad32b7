import type { PortDocument } from './port.schema.js';
import type { PortRow } from './port.view.js';

/** The changeable part of a port in the API's names: what a patch is applied to. */
export function documentOf(port: PortRow): Record<string, unknown> {
  return {
    address: port.address,
    extra: port.extra,
    is_smartnic: port.isSmartnic,
    local_link_connection: port.localLinkConnection,
    physical_network: port.physicalNetwork,
    portgroup_uuid: port.portgroup?.uuid ?? null,
    pxe_enabled: port.pxeEnabled,
    name: port.name,
    description: port.description,
    vendor: port.vendor,
    category: port.category,
    available_for_dynamic_portgroup: port.availableForDynamicPortgroup,
  };
}

/** The columns of a document. The portgroup, which needs a look into other rows, is given separately. */
export function columnsOf(document: PortDocument) {
  return {
    address: document.address,
    extra: document.extra ?? {},
    isSmartnic: document.is_smartnic ?? false,
    localLinkConnection: document.local_link_connection,
    physicalNetwork: document.physical_network ?? null,
    pxeEnabled: document.pxe_enabled ?? true,
    name: document.name ?? null,
    description: document.description ?? null,
    vendor: document.vendor ?? null,
    category: document.category ?? null,
    availableForDynamicPortgroup: document.available_for_dynamic_portgroup ?? true,
  };
}

/** Columns of a port as a client may set them. */
export type PortColumns = ReturnType<typeof columnsOf>;
