import { isJsonObject } from '../resource/json-types.js';

const tenantKey = 'tenant_vif_port_id';

/** Keys of `internal_info` that hold the VIF of each network, in the order of use (Ironic network/common.py NetType). */
const keys = [
  'cleaning_vif_port_id',
  'provisioning_vif_port_id',
  'rescuing_vif_port_id',
  'inspection_vif_port_id',
  'servicing_vif_port_id',
  tenantKey,
];

/** The tenant's VIF that is attached to a port or portgroup. */
export function attachedVif(internalInfo: unknown): string | undefined {
  return vifUnder(tenantKey, internalInfo);
}

/** The VIF that a port or portgroup is used with now: of one of the node's own networks, or the tenant's. */
export function currentVif(internalInfo: unknown): string | undefined {
  return keys.map((key) => vifUnder(key, internalInfo)).find((vif) => vif !== undefined);
}

function vifUnder(key: string, internalInfo: unknown): string | undefined {
  const vif = isJsonObject(internalInfo) ? internalInfo[key] : undefined;
  return typeof vif === 'string' && vif !== '' ? vif : undefined;
}
