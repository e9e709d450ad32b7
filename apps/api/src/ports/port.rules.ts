import { isDeepStrictEqual } from 'node:util';
import type { Node, Portgroup } from '#database/generated/client.js';
import { portAddressChangeable, portChangeable, type ProvisionState } from '#domain/states.js';
import { conflict, invalid, notAcceptable } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { attachedVif } from './attached-vif.js';
import { isSmartNicLink } from './local-link.schema.js';
import type { PortColumns } from './port.columns.js';
import type { NewPort, PortDocument } from './port.schema.js';
import type { PortRow } from './port.view.js';

/** What a schema cannot say. @throws ApiError 400 */
export function refusePort(document: PortDocument): void {
  if (document.physical_network === '') {
    throw invalid('A non-empty value is required when setting physical_network');
  }
}

/** Keys of a link have versions of their own; and a smart NIC is found by a link of its kind. @throws ApiError 400, 406 */
export function refuseNewerLink(call: Call, given: NewPort): void {
  const link = given.local_link_connection;
  if ('network_type' in link && !call.allows('local_link_connection.network_type')) throw notAcceptable();
  if ('vtep-logical-switch' in link && !call.allows('local_link_connection.vtep')) throw notAcceptable();
  const bare = Object.keys(link).length === 0;
  if (given.is_smartnic === true && !bare && !isSmartNicLink(link)) {
    throw invalid('Smart NIC port must have port_id and hostname in local_link_connection');
  }
}

/** A new port asks to boot by itself, which its portgroup may not allow. @throws ApiError 409 */
export function refuseStandalone(portgroup: Portgroup, given: NewPort): void {
  if (portgroup.standalonePortsSupported || given.pxe_enabled !== true) return;
  throw conflict(
    `Port group ${portgroup.uuid} doesn't support standalone ports. This port cannot be created as a member of that ` +
      "portgroup as the port's 'pxe_enabled' field was set to True.",
  );
}

/** A port and what a patch makes of it. */
export interface PortChange {
  readonly before: PortRow;
  readonly after: PortColumns & { readonly portgroupId: number | null };
}

/** What the node's state says against a change. @throws ApiError 409 */
export function refuseByState(node: Node, state: ProvisionState, { before, after }: PortChange): void {
  const { maintenance } = node;
  const hasInstance = node.instanceUuid !== null;
  if (after.address !== before.address && !portAddressChangeable(state, { maintenance, hasInstance })) {
    throw conflict(
      `Cannot update hardware address for port ${before.uuid} as node ${node.uuid} is active or has instance UUID assigned`,
    );
  }
  const connectivity =
    after.portgroupId !== before.portgroupId ||
    after.pxeEnabled !== before.pxeEnabled ||
    after.physicalNetwork !== before.physicalNetwork ||
    !isDeepStrictEqual(after.localLinkConnection, before.localLinkConnection);
  if (connectivity && !portChangeable(state, { maintenance })) {
    throw conflict(
      `Port ${before.uuid} can not have any connectivity attributes (pxe_enabled, portgroup_id, physical_network, ` +
        `local_link_connection) updated unless node ${node.uuid} is in a enroll, inspecting, inspect wait, manageable ` +
        `state or in maintenance mode. The current state is ${state}.`,
    );
  }
}

/**
 * What a portgroup without standalone ports says against a change of a member; network interfaces other than noop ask
 * (Ironic network/common.py port_changed).
 * @throws ApiError 409
 */
export function refuseStandaloneMember(node: Node, portgroup: Portgroup, { before, after }: PortChange): void {
  if (node.networkInterface === 'noop' || portgroup.standalonePortsSupported) return;
  const vif = attachedVif(before.internalInfo);
  const concerned = after.pxeEnabled !== before.pxeEnabled || after.portgroupId !== before.portgroupId;
  if (!concerned && vif === undefined) return;
  const reasons = [
    ...(after.pxeEnabled ? ["'pxe_enabled' was set to True"] : []),
    ...(vif === undefined ? [] : [`VIF ${vif} is attached to the port`]),
  ];
  if (reasons.length === 0) return;
  throw conflict(
    `Port group ${portgroup.uuid} doesn't support standalone ports. This port ${before.uuid} cannot be  a member of ` +
      `that port group because of: ${reasons.join(', ')}`,
  );
}
