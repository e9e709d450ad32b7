import { stateOf, type LockedNode } from '#database/operations.js';
import type { RuleName } from '#domain/access-rules.js';
import { interfaceNames } from '#domain/hardware-types.js';
import { ownerFixed } from '#domain/states.js';
import { nodeTarget } from '../auth/access.js';
import { conflict } from '../errors/api-error.js';
import type { Call } from '../http/call.js';
import { valuesFor, type PatchOperation } from '../resource/json-patch.js';

/** Rules of root attributes, by the start of the path; the first that fits counts (Ironic api/controllers/v1/node.py). */
const byPath: readonly (readonly [string, RuleName])[] = [
  ['/instance_info', 'baremetal:node:update_instance_info'],
  ['/extra', 'baremetal:node:update_extra'],
  ['/driver_info', 'baremetal:node:update:driver_info'],
  ['/properties', 'baremetal:node:update:properties'],
  ['/chassis_uuid', 'baremetal:node:update:chassis_uuid'],
  ['/instance_uuid', 'baremetal:node:update:instance_uuid'],
  ['/instance_name', 'baremetal:node:update_instance_info'],
  ['/lessee', 'baremetal:node:update:lessee'],
  ['/owner', 'baremetal:node:update:owner'],
  ['/driver', 'baremetal:node:update:driver_interfaces'],
  ['/network_data', 'baremetal:node:update:network_data'],
  ['/conductor_group', 'baremetal:node:update:conductor_group'],
  ['/name', 'baremetal:node:update:name'],
  ['/retired', 'baremetal:node:update:retired'],
  ['/shard', 'baremetal:node:update:shard'],
  ['/parent_node', 'baremetal:node:update:parent_node'],
  ['/disable_power_off', 'baremetal:node:update:disable_power_off'],
];

/**
 * A node that runs an instance keeps its owner, unless a rule of its own lets the caller change it.
 * @throws ApiError 409
 */
export function refuseOwner(call: Call, node: LockedNode['node'], patch: readonly PatchOperation[]): void {
  if (valuesFor(patch, '/owner').length === 0 || !ownerFixed(stateOf(node))) return;
  if (call.access.may('baremetal:node:update_owner_provisioned', nodeTarget(node))) return;
  throw conflict(`Cannot update owner of node "${node.uuid}" while it is in state "active".`);
}

const interfacePaths: readonly string[] = interfaceNames.map((name) => `/${name}_interface`);
const falseWords = ['0', 'f', 'false', 'n', 'no', 'off'];

/** The rules that a patch of a node asks for: those of what it touches, the general one for everything else. */
export function patchRules(patch: readonly PatchOperation[]): readonly RuleName[] {
  const rules = new Set(patch.map(ruleOf));
  if (rules.size === 0) rules.add('baremetal:node:update');
  return [...rules];
}

function ruleOf({ path, value }: PatchOperation): RuleName {
  const own = byPath.find(([start]) => path.startsWith(start));
  if (own) return own[1];
  if (interfacePaths.includes(path)) return 'baremetal:node:update:driver_interfaces';
  const off = value === false || (typeof value === 'string' && falseWords.includes(value.trim().toLowerCase()));
  if (path.startsWith('/automated_clean') && off) return 'baremetal:node:disable_cleaning';
  return 'baremetal:node:update';
}
