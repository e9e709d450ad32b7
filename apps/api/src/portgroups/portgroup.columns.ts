import type { PortgroupDocument } from './portgroup.schema.js';
import type { PortgroupRow } from './portgroup.view.js';

/** `[DEFAULT]default_portgroup_mode`. */
const defaultMode = 'active-backup';

/** The changeable part of a portgroup in the API's names: what a patch is applied to. */
export function documentOf(portgroup: PortgroupRow): Record<string, unknown> {
  return {
    address: portgroup.address,
    category: portgroup.category,
    extra: portgroup.extra,
    mode: portgroup.mode,
    name: portgroup.name,
    physical_network: portgroup.physicalNetwork,
    properties: portgroup.properties,
    standalone_ports_supported: portgroup.standalonePortsSupported,
  };
}

/** The columns of a document. */
export function columnsOf(document: PortgroupDocument) {
  return {
    address: document.address ?? null,
    category: document.category ?? null,
    extra: document.extra ?? {},
    mode: document.mode || defaultMode,
    name: document.name ?? null,
    physicalNetwork: document.physical_network ?? null,
    properties: document.properties ?? {},
    standalonePortsSupported: document.standalone_ports_supported ?? true,
  };
}
