import type { Node } from '#database/generated/client.js';
import { interfaceNames } from '#domain/hardware-types.js';
import {
  interfacesChangeable,
  isAvailable,
  isDeployed,
  patchRefused,
  resourceClassChangeable,
  type ProvisionState,
} from '#domain/states.js';
import { conflict, invalid, notAcceptable, type ApiError } from '../errors/api-error.js';
import { touched, valuesFor, type PatchOperation } from '../resource/json-patch.js';
import { networkDataError } from './network-data.schema.js';
import { checkNodeName } from './node-names.js';
import { nodeResource } from './node.schema.js';

/** Names that may be patched, in the order of Ironic's text. */
const patchable = [
  'automated_clean',
  'bios_interface',
  'boot_interface',
  'chassis_uuid',
  'conductor_group',
  'console_interface',
  'deploy_interface',
  'description',
  'disable_power_off',
  'driver',
  'driver_info',
  'extra',
  'inspect_interface',
  'instance_info',
  'instance_name',
  'instance_uuid',
  'lessee',
  'maintenance',
  'management_interface',
  'name',
  'network_data',
  'network_interface',
  'owner',
  'power_interface',
  'properties',
  'protected',
  'protected_reason',
  'raid_interface',
  'rescue_interface',
  'resource_class',
  'retired',
  'retired_reason',
  'shard',
  'storage_interface',
  'vendor_interface',
  'parent_node',
  'firmware_interface',
];

/**
 * What can be said against a patch without looking at the node.
 * @throws ApiError 400 or 406
 */
export function checkPatch(minor: number, patch: readonly PatchOperation[], resetInterfaces: boolean | null): void {
  const foreign = patch.find(({ names }) => !patchable.includes(names[0] ?? ''));
  if (foreign) {
    throw invalid(`Cannot patch ${foreign.path}. Only the following can be updated: ${patchable.join(', ')}`);
  }
  // Ironic fails inside on this one; the text says how to get there.
  if (patch.some(({ op, path }) => op === 'remove' && path === '/automated_clean')) {
    throw invalid('Cannot remove /automated_clean. Replace it with null to return to the default.');
  }
  const given = touched(patch).filter((name) => valuesFor(patch, `/${name}`).length > 0);
  nodeResource.refuseNewer(minor, given);
  if (resetInterfaces === true && valuesFor(patch, '/driver').length === 0) {
    throw invalid("The reset_interfaces parameter can only be used when changing the node's driver.");
  }
  const description = valuesFor(patch, '/description')[0];
  if (typeof description === 'string' && description.length > 4096) {
    throw invalid('Cannot update node with description exceeding 4096 characters');
  }
  for (const value of valuesFor(patch, '/network_data')) {
    const reason = networkDataError(value);
    if (reason !== undefined) throw invalid(`Invalid network_data: ${reason} `);
  }
}

/**
 * What the node's state says against any patch, and what a new name must be like.
 * @throws ApiError 409 while the state forbids changes, 400 for a bad name
 */
export function checkPatchedNode(
  minor: number,
  ident: string,
  node: Node,
  state: ProvisionState,
  patch: readonly PatchOperation[],
): void {
  const [only] = patch;
  const freesInstance = patch.length === 1 && only?.op === 'remove' && only.path === '/instance_uuid';
  if (!(node.maintenance && freesInstance) && patchRefused(state, node.targetProvisionState, minor)) {
    throw conflict(`Node ${ident} can not be updated while a state transition is in progress.`);
  }
  for (const name of valuesFor(patch, '/name')) {
    checkNodeName(minor, name, `Node ${ident}: Cannot change name to invalid name `);
  }
}

/** The settable columns of a node before and after a patch, as far as rules look at them. */
export type PatchedColumns = Pick<
  Node,
  | 'driver'
  | 'instanceUuid'
  | 'maintenance'
  | 'protected'
  | 'protectedReason'
  | 'retired'
  | 'retiredReason'
  | 'resourceClass'
>;

/**
 * What state and flags say against the change as a whole (Ironic conductor/manager.py update_node).
 * @param changedInterfaces names of the interfaces that the patch itself changes
 * @throws ApiError 400 or 409
 */
export function checkChange(
  node: Node,
  state: ProvisionState,
  after: PatchedColumns,
  changedInterfaces: readonly string[],
): void {
  const { uuid } = node;
  if (after.driver !== node.driver && node.consoleEnabled) {
    throw conflict(
      `Node ${uuid} can not update the driver while the console is enabled. Please stop the console first.`,
    );
  }
  if (after.protected && !node.protected && !isDeployed(state)) {
    throw conflict(
      `Node ${uuid} can only be made protected in provision states 'active' or 'rescue', the current state is '${state}'`,
    );
  }
  if (after.protectedReason && after.protectedReason !== node.protectedReason && !after.protected) {
    throw invalid('The protected_reason field can only be set when protected is True');
  }
  if (after.retired && !node.retired && isAvailable(state)) {
    throw conflict(
      `Node ${uuid} can not have 'retired' set in provision state 'available', the current state is '${state}'`,
    );
  }
  if (after.retiredReason && after.retiredReason !== node.retiredReason && !after.retired) {
    throw invalid('The retired_reason field can only be set when retired is True');
  }
  const first = interfaceNames.find((name) => changedInterfaces.includes(name));
  if (first !== undefined && !interfacesChangeable(state, { maintenance: after.maintenance })) {
    throw notUpdatable(uuid, `${first}_interface`, state, ' or in maintenance mode');
  }
  if (after.instanceUuid !== node.instanceUuid && after.instanceUuid && node.instanceUuid) {
    throw conflict(`Node ${uuid} is associated with instance ${node.instanceUuid}.`);
  }
  if (after.resourceClass !== node.resourceClass && node.resourceClass && !resourceClassChangeable(state)) {
    throw notUpdatable(uuid, 'resource_class', state, '');
  }
}

function notUpdatable(uuid: string, field: string, state: string, otherwise: string): ApiError {
  const allowed = 'enroll, inspecting, inspect wait, manageable, available';
  return conflict(
    `Node ${uuid} can not have ${field} updated unless it is in one of allowed (${allowed}) states${otherwise}. ` +
      `Current state is '${state}'.`,
  );
}

/** @throws ApiError 406 below the version that knows the parameter */
export function checkResetInterfaces(allowed: boolean, resetInterfaces: boolean | null): void {
  if (resetInterfaces !== null && !allowed) throw notAcceptable();
}
