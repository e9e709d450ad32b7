import { holds, looksAtObject, type Check, type Credentials, type Target } from './access-check.js';
import { roles, serviceRole, type RoleName } from './access-roles.js';

/** A rule of the policy: who may, with what kind of token, what it is asked for. */
export interface AccessRule {
  /** The check by its name in {@link roles}. */
  readonly who: RoleName;
  /** Kinds of tokens that are looked at; others are refused whatever their roles. Null: any. */
  readonly scopes: readonly Scope[] | null;
  /** Requests that ask for it. */
  readonly requests: readonly string[];
}

/** What a token is for. */
export type Scope = 'system' | 'domain' | 'project';

const everywhere = (who: RoleName, ...requests: readonly string[]): AccessRule => ({
  who,
  scopes: ['system', 'project'],
  requests,
});
const systemOnly = (who: RoleName, ...requests: readonly string[]): AccessRule => ({
  who,
  scopes: ['system'],
  requests,
});
const unscoped = (who: RoleName): AccessRule => ({ who, scopes: null, requests: [] });

/**
 * Every rule with Ironic's default (ironic/common/policy.py, 39.0.0, new defaults and scopes enforced). Left out are
 * the rules from before system scope, which Ironic has deprecated, and those of the public calls of the ramdisk.
 * `temper:` rules are for what Ironic does not have.
 */
export const accessRules = {
  show_password: unscoped('NOBODY'),
  show_instance_secrets: unscoped('NOBODY'),
  'baremetal:node:create': everywhere('SYSTEM_ADMIN_OR_SERVICE', 'POST /v1/nodes'),
  'baremetal:node:create:self_owned_node': everywhere('ADMIN_OR_SERVICE', 'POST /v1/nodes'),
  'baremetal:node:list': everywhere('API_READER', 'GET /v1/nodes', 'GET /v1/nodes/detail'),
  'baremetal:node:list_all': everywhere('SYSTEM_READER', 'GET /v1/nodes', 'GET /v1/nodes/detail'),
  'baremetal:node:get': everywhere('SYSTEM_OR_PROJECT_READER', 'GET /v1/nodes/{node}'),
  'baremetal:node:get:filter_threshold': everywhere('SYSTEM_READER', 'GET /v1/nodes/{node}'),
  'baremetal:node:get:last_error': everywhere('SYSTEM_OR_OWNER_READER', 'GET /v1/nodes/{node}'),
  'baremetal:node:get:reservation': everywhere('SYSTEM_OR_OWNER_READER', 'GET /v1/nodes/{node}'),
  'baremetal:node:get:driver_internal_info': everywhere('SYSTEM_OR_OWNER_READER', 'GET /v1/nodes/{node}'),
  'baremetal:node:get:driver_info': everywhere('SYSTEM_OR_OWNER_READER', 'GET /v1/nodes/{node}'),
  'baremetal:node:update:driver_info': everywhere('SYSTEM_MEMBER_OR_OWNER_MEMBER', 'PATCH /v1/nodes/{node}'),
  'baremetal:node:update:properties': everywhere('SYSTEM_MEMBER_OR_OWNER_MEMBER', 'PATCH /v1/nodes/{node}'),
  'baremetal:node:update:chassis_uuid': everywhere('SYSTEM_ADMIN', 'PATCH /v1/nodes/{node}'),
  'baremetal:node:update:instance_uuid': everywhere('SYSTEM_MEMBER_OR_OWNER_MEMBER', 'PATCH /v1/nodes/{node}'),
  'baremetal:node:update:lessee': everywhere('SYSTEM_MEMBER_OR_OWNER_MEMBER', 'PATCH /v1/nodes/{node}'),
  'baremetal:node:update:owner': everywhere('SYSTEM_MEMBER', 'PATCH /v1/nodes/{node}'),
  'baremetal:node:update:driver_interfaces': everywhere('SYSTEM_MEMBER_OR_OWNER_ADMIN', 'PATCH /v1/nodes/{node}'),
  'baremetal:node:update:network_data': everywhere('SYSTEM_MEMBER_OR_OWNER_MEMBER', 'PATCH /v1/nodes/{node}'),
  'baremetal:node:update:conductor_group': everywhere('SYSTEM_MEMBER', 'PATCH /v1/nodes/{node}'),
  'baremetal:node:update:name': everywhere('SYSTEM_MEMBER_OR_OWNER_MEMBER', 'PATCH /v1/nodes/{node}'),
  'baremetal:node:update:retired': everywhere('SYSTEM_MEMBER_OR_OWNER_MEMBER', 'PATCH /v1/nodes/{node}'),
  'baremetal:node:update': everywhere('SYSTEM_OR_PROJECT_MEMBER', 'PATCH /v1/nodes/{node}'),
  'baremetal:node:update_extra': everywhere('SYSTEM_OR_PROJECT_MEMBER', 'PATCH /v1/nodes/{node}'),
  'baremetal:node:update_instance_info': everywhere(
    'SYSTEM_OR_OWNER_MEMBER_AND_LESSEE_ADMIN',
    'PATCH /v1/nodes/{node}',
  ),
  'baremetal:node:update_owner_provisioned': systemOnly('SYSTEM_ADMIN', 'PATCH /v1/nodes/{node}'),
  'baremetal:node:delete': everywhere('SYSTEM_ADMIN', 'DELETE /v1/nodes/{node}'),
  'baremetal:node:delete:self_owned_node': everywhere('PROJECT_OWNER_ADMIN', 'DELETE /v1/nodes/{node}'),
  'baremetal:node:validate': everywhere('SYSTEM_OR_OWNER_MEMBER_AND_LESSEE_ADMIN', 'GET /v1/nodes/{node}/validate'),
  'baremetal:node:set_maintenance': everywhere(
    'SYSTEM_OR_OWNER_MEMBER_AND_LESSEE_ADMIN',
    'PUT /v1/nodes/{node}/maintenance',
  ),
  'baremetal:node:clear_maintenance': everywhere(
    'SYSTEM_OR_OWNER_MEMBER_AND_LESSEE_ADMIN',
    'DELETE /v1/nodes/{node}/maintenance',
  ),
  'baremetal:node:get_boot_device': everywhere(
    'SYSTEM_MEMBER_OR_OWNER_ADMIN',
    'GET /v1/nodes/{node}/management/boot_device',
    'GET /v1/nodes/{node}/management/boot_device/supported',
  ),
  'baremetal:node:set_boot_device': everywhere(
    'SYSTEM_MEMBER_OR_OWNER_ADMIN',
    'PUT /v1/nodes/{node}/management/boot_device',
  ),
  'baremetal:node:get_indicator_state': everywhere(
    'SYSTEM_OR_PROJECT_READER',
    'GET /v1/nodes/{node}/management/indicators/{indicator}',
    'GET /v1/nodes/{node}/management/indicators',
  ),
  'baremetal:node:set_indicator_state': everywhere(
    'SYSTEM_MEMBER_OR_OWNER_MEMBER',
    'PUT /v1/nodes/{node}/management/indicators/{indicator}',
  ),
  'baremetal:node:inject_nmi': everywhere('SYSTEM_MEMBER_OR_OWNER_ADMIN', 'PUT /v1/nodes/{node}/management/inject_nmi'),
  'baremetal:node:get_states': everywhere('SYSTEM_OR_PROJECT_READER', 'GET /v1/nodes/{node}/states'),
  'baremetal:node:set_power_state': everywhere('SYSTEM_OR_PROJECT_MEMBER', 'PUT /v1/nodes/{node}/states/power'),
  'baremetal:node:set_boot_mode': everywhere('SYSTEM_OR_PROJECT_MEMBER', 'PUT /v1/nodes/{node}/states/boot_mode'),
  'baremetal:node:set_secure_boot': everywhere('SYSTEM_OR_PROJECT_MEMBER', 'PUT /v1/nodes/{node}/states/secure_boot'),
  'baremetal:node:set_provision_state': everywhere(
    'SYSTEM_OR_OWNER_MEMBER_AND_LESSEE_ADMIN',
    'PUT /v1/nodes/{node}/states/provision',
  ),
  'baremetal:node:set_provision_state:clean_steps': everywhere(
    'SYSTEM_OR_OWNER_MEMBER_AND_LESSEE_ADMIN',
    'PUT /v1/nodes/{node}/states/provision',
  ),
  'baremetal:node:set_provision_state:service_steps': everywhere(
    'SYSTEM_OR_OWNER_MEMBER_AND_LESSEE_ADMIN',
    'PUT /v1/nodes/{node}/states/provision',
  ),
  'baremetal:node:set_raid_state': everywhere('SYSTEM_MEMBER_OR_OWNER_MEMBER', 'PUT /v1/nodes/{node}/states/raid'),
  'baremetal:node:get_console': everywhere('SYSTEM_MEMBER_OR_OWNER_MEMBER', 'GET /v1/nodes/{node}/states/console'),
  'baremetal:node:set_console_state': everywhere(
    'SYSTEM_MEMBER_OR_OWNER_MEMBER',
    'PUT /v1/nodes/{node}/states/console',
  ),
  'baremetal:node:vif:list': everywhere('SYSTEM_OR_PROJECT_READER', 'GET /v1/nodes/{node}/vifs'),
  'baremetal:node:vif:attach': everywhere('SYSTEM_OR_OWNER_MEMBER_AND_LESSEE_ADMIN', 'POST /v1/nodes/{node}/vifs'),
  'baremetal:node:vif:detach': everywhere(
    'SYSTEM_OR_OWNER_MEMBER_AND_LESSEE_ADMIN',
    'DELETE /v1/nodes/{node}/vifs/{vif}',
  ),
  'baremetal:node:traits:list': everywhere('SYSTEM_OR_PROJECT_READER', 'GET /v1/nodes/{node}/traits'),
  'baremetal:node:traits:set': everywhere(
    'SYSTEM_MEMBER_OR_OWNER_ADMIN',
    'PUT /v1/nodes/{node}/traits',
    'PUT /v1/nodes/{node}/traits/{trait}',
  ),
  'baremetal:node:traits:delete': everywhere(
    'SYSTEM_MEMBER_OR_OWNER_ADMIN',
    'DELETE /v1/nodes/{node}/traits',
    'DELETE /v1/nodes/{node}/traits/{trait}',
  ),
  'baremetal:node:bios:get': everywhere(
    'SYSTEM_OR_PROJECT_READER',
    'GET /v1/nodes/{node}/bios',
    'GET /v1/nodes/{node}/bios/{setting}',
  ),
  'baremetal:node:disable_cleaning': everywhere('SYSTEM_ADMIN', 'PATCH /v1/nodes/{node}'),
  'baremetal:node:history:get': everywhere(
    'SYSTEM_OR_OWNER_READER',
    'GET /v1/nodes/{node}/history',
    'GET /v1/nodes/{node}/history/{event}',
  ),
  'baremetal:node:inventory:get': everywhere('SYSTEM_OR_OWNER_READER', 'GET /v1/nodes/{node}/inventory'),
  'baremetal:node:update:shard': everywhere('SYSTEM_ADMIN', 'PATCH /v1/nodes/{node}'),
  'baremetal:shards:get': everywhere('SYSTEM_READER', 'GET /v1/shards'),
  'baremetal:node:update:parent_node': everywhere('SYSTEM_MEMBER', 'PATCH /v1/nodes/{node}'),
  'baremetal:node:update:disable_power_off': everywhere('SYSTEM_ADMIN', 'PATCH /v1/nodes/{node}'),
  'baremetal:node:firmware:get': everywhere('SYSTEM_OR_PROJECT_READER', 'GET /v1/nodes/{node}/firmware'),
  'baremetal:node:vmedia:attach': everywhere('SYSTEM_OR_PROJECT_MEMBER', 'POST /v1/nodes/{node}/vmedia'),
  'baremetal:node:vmedia:detach': everywhere('SYSTEM_OR_PROJECT_MEMBER', 'DELETE /v1/nodes/{node}/vmedia'),
  'baremetal:node:vmedia:get': everywhere('SYSTEM_OR_PROJECT_READER', 'GET /v1/nodes/{node}/vmedia'),
  'baremetal:port:get': everywhere(
    'SYSTEM_OR_PROJECT_READER',
    'GET /v1/ports/{port}',
    'GET /v1/nodes/{node}/ports',
    'GET /v1/nodes/{node}/ports/detail',
    'GET /v1/portgroups/{portgroup}/ports',
    'GET /v1/portgroups/{portgroup}/ports/detail',
  ),
  'baremetal:port:list': everywhere('API_READER', 'GET /v1/ports', 'GET /v1/ports/detail'),
  'baremetal:port:list_all': everywhere('SYSTEM_READER', 'GET /v1/ports', 'GET /v1/ports/detail'),
  'baremetal:port:create': everywhere('SYSTEM_ADMIN_OR_OWNER_ADMIN', 'POST /v1/ports'),
  'baremetal:port:delete': everywhere('SYSTEM_ADMIN_OR_OWNER_ADMIN', 'DELETE /v1/ports/{port}'),
  'baremetal:port:update': everywhere('SYSTEM_MEMBER_OR_OWNER_ADMIN', 'PATCH /v1/ports/{port}'),
  'baremetal:portgroup:get': everywhere(
    'SYSTEM_OR_PROJECT_READER',
    'GET /v1/portgroups',
    'GET /v1/portgroups/detail',
    'GET /v1/portgroups/{portgroup}',
    'GET /v1/nodes/{node}/portgroups',
    'GET /v1/nodes/{node}/portgroups/detail',
  ),
  'baremetal:portgroup:create': everywhere('SYSTEM_ADMIN_OR_OWNER_ADMIN', 'POST /v1/portgroups'),
  'baremetal:portgroup:delete': everywhere('SYSTEM_ADMIN_OR_OWNER_ADMIN', 'DELETE /v1/portgroups/{portgroup}'),
  'baremetal:portgroup:update': everywhere('SYSTEM_MEMBER_OR_OWNER_ADMIN', 'PATCH /v1/portgroups/{portgroup}'),
  'baremetal:portgroup:list': everywhere('API_READER', 'GET /v1/portgroups', 'GET /v1/portgroups/detail'),
  'baremetal:portgroup:list_all': everywhere('SYSTEM_READER', 'GET /v1/portgroups', 'GET /v1/portgroups/detail'),
  'baremetal:chassis:get': systemOnly(
    'SYSTEM_READER',
    'GET /v1/chassis',
    'GET /v1/chassis/detail',
    'GET /v1/chassis/{chassis}',
  ),
  'baremetal:chassis:create': systemOnly('SYSTEM_ADMIN', 'POST /v1/chassis'),
  'baremetal:chassis:delete': systemOnly('SYSTEM_ADMIN', 'DELETE /v1/chassis/{chassis}'),
  'baremetal:chassis:update': systemOnly('SYSTEM_MEMBER', 'PATCH /v1/chassis/{chassis}'),
  'baremetal:driver:get': systemOnly('SYSTEM_READER', 'GET /v1/drivers', 'GET /v1/drivers/{driver}'),
  'baremetal:driver:get_properties': systemOnly('SYSTEM_READER', 'GET /v1/drivers/{driver}/properties'),
  'baremetal:driver:get_raid_logical_disk_properties': systemOnly(
    'SYSTEM_READER',
    'GET /v1/drivers/{driver}/raid/logical_disk_properties',
  ),
  'baremetal:node:vendor_passthru': everywhere(
    'SYSTEM_ADMIN',
    'GET /v1/nodes/{node}/vendor_passthru/methods',
    '* /v1/nodes/{node}/vendor_passthru/{method}',
  ),
  'baremetal:driver:vendor_passthru': systemOnly(
    'SYSTEM_ADMIN',
    'GET /v1/drivers/{driver}/vendor_passthru/methods',
    '* /v1/drivers/{driver}/vendor_passthru/{method}',
  ),
  'baremetal:volume:list_all': everywhere(
    'SYSTEM_READER',
    'GET /v1/volume/connectors',
    'GET /v1/volume/targets',
    'GET /v1/nodes/{node}/volume/connectors',
    'GET /v1/nodes/{node}/volume/targets',
  ),
  'baremetal:volume:list': everywhere(
    'API_READER',
    'GET /v1/volume/connectors',
    'GET /v1/volume/targets',
    'GET /v1/nodes/{node}/volume/connectors',
    'GET /v1/nodes/{node}/volume/targets',
  ),
  'baremetal:volume:get': everywhere(
    'SYSTEM_OR_PROJECT_READER',
    'GET /v1/volume',
    'GET /v1/volume/connectors',
    'GET /v1/volume/connectors/{connector}',
    'GET /v1/volume/targets',
    'GET /v1/volume/targets/{target}',
    'GET /v1/nodes/{node}/volume',
    'GET /v1/nodes/{node}/volume/connectors',
    'GET /v1/nodes/{node}/volume/targets',
  ),
  'baremetal:volume:create': everywhere(
    'SYSTEM_MEMBER_OR_OWNER_LESSEE_ADMIN',
    'POST /v1/volume/connectors',
    'POST /v1/volume/targets',
  ),
  'baremetal:volume:delete': everywhere(
    'SYSTEM_MEMBER_OR_OWNER_LESSEE_ADMIN',
    'DELETE /v1/volume/connectors/{connector}',
    'DELETE /v1/volume/targets/{target}',
  ),
  'baremetal:volume:update': everywhere(
    'SYSTEM_OR_OWNER_MEMBER_AND_LESSEE_ADMIN',
    'PATCH /v1/volume/connectors/{connector}',
    'PATCH /v1/volume/targets/{target}',
  ),
  'baremetal:volume:view_target_properties': everywhere(
    'TARGET_PROPERTIES_READER',
    'GET /v1/volume/connectors/{connector}',
    'GET /v1/volume/targets/{target}',
  ),
  'baremetal:conductor:get': everywhere('SYSTEM_READER', 'GET /v1/conductors', 'GET /v1/conductors/{hostname}'),
  'baremetal:allocation:get': everywhere(
    'ALLOCATION_READER',
    'GET /v1/allocations/{allocation}',
    'GET /v1/nodes/{node}/allocation',
  ),
  'baremetal:allocation:list': everywhere('API_READER', 'GET /v1/allocations'),
  'baremetal:allocation:list_all': everywhere('SYSTEM_READER', 'GET /v1/allocations'),
  'baremetal:allocation:create': everywhere('ALLOCATION_CREATOR', 'POST /v1/allocations'),
  'baremetal:allocation:create_restricted': everywhere('SYSTEM_MEMBER', 'POST /v1/allocations'),
  'baremetal:allocation:delete': everywhere(
    'ALLOCATION_MEMBER',
    'DELETE /v1/allocations/{allocation}',
    'DELETE /v1/nodes/{node}/allocation',
  ),
  'baremetal:allocation:update': everywhere('ALLOCATION_MEMBER', 'PATCH /v1/allocations/{allocation}'),
  'baremetal:events:post': systemOnly('SYSTEM_ADMIN', 'POST /v1/events'),
  'baremetal:deploy_template:get': everywhere(
    'SYSTEM_READER',
    'GET /v1/deploy_templates',
    'GET /v1/deploy_templates/{template}',
  ),
  'baremetal:deploy_template:create': everywhere('SYSTEM_ADMIN', 'POST /v1/deploy_templates'),
  'baremetal:deploy_template:delete': everywhere('SYSTEM_ADMIN', 'DELETE /v1/deploy_templates/{template}'),
  'baremetal:deploy_template:update': everywhere('SYSTEM_ADMIN', 'PATCH /v1/deploy_templates/{template}'),
  'baremetal:runbook:get': everywhere('RUNBOOK_READER', 'GET /v1/runbooks/{runbook}'),
  'baremetal:runbook:list': everywhere('API_READER', 'GET /v1/runbooks'),
  'baremetal:runbook:list_all': everywhere('SYSTEM_READER', 'GET /v1/runbooks'),
  'baremetal:runbook:create': everywhere('RUNBOOK_CREATOR', 'POST /v1/runbooks'),
  'baremetal:runbook:delete': everywhere('RUNBOOK_ADMIN', 'DELETE /v1/runbooks/{runbook}'),
  'baremetal:runbook:update': everywhere('RUNBOOK_ADMIN', 'PATCH /v1/runbooks/{runbook}'),
  'baremetal:runbook:update:public': everywhere('SYSTEM_MEMBER', 'PATCH /v1/runbooks/{runbook}'),
  'baremetal:runbook:update:owner': everywhere('SYSTEM_MEMBER', 'PATCH /v1/runbooks/{runbook}'),
  'baremetal:runbook:use': everywhere('RUNBOOK_ADMIN', 'PUT /v1/nodes/{node}/states/provision'),
  'baremetal:inspection_rule:get': everywhere(
    'SYSTEM_READER',
    'GET /v1/inspection_rules',
    'GET /v1/inspection_rules/{rule}',
  ),
  'baremetal:inspection_rule:list_all': everywhere('SYSTEM_READER', 'GET /v1/inspection_rules'),
  'baremetal:inspection_rule:create': everywhere('SYSTEM_ADMIN', 'POST /v1/inspection_rules'),
  'baremetal:inspection_rule:update': everywhere('SYSTEM_ADMIN', 'PATCH /v1/inspection_rules/{rule}'),
  'baremetal:inspection_rule:delete': everywhere(
    'SYSTEM_ADMIN',
    'DELETE /v1/inspection_rules',
    'DELETE /v1/inspection_rules/{rule}',
  ),
  'temper:operation:get': everywhere(
    'SYSTEM_OR_OWNER_READER',
    'GET /v1/nodes/{node}/operations',
    'GET /v1/nodes/{node}/operations/{operation}',
  ),
} as const satisfies Readonly<Record<string, AccessRule>>;

/** Name of a rule. */
export type RuleName = keyof typeof accessRules;

/** Is there a rule of that name? */
export function isRuleName(name: string): name is RuleName {
  return Object.hasOwn(accessRules, name);
}

/** The check of a rule. */
export function checkOf(name: RuleName): Check {
  return roles[accessRules[name].who];
}

/**
 * Is the rule asked only when the object is found? Either because it looks at owner and lessee, or because a node that
 * the caller may not read must be missing before anything about it is refused.
 */
export function needsObject(name: RuleName): boolean {
  return looksAtObject(checkOf(name)) || /^baremetal:node:(?!list|create)/.test(name);
}

/** Does the rule allow it? */
export function permits(name: RuleName, credentials: Credentials, target: Target = {}): boolean {
  const rule: AccessRule = accessRules[name];
  if (rule.scopes !== null && !rule.scopes.includes(scopeOf(credentials))) return false;
  return holds(checkOf(name), credentials, target);
}

function scopeOf({ systemScope, domainId }: Credentials): Scope {
  if (systemScope !== null) return 'system';
  return domainId === null ? 'project' : 'domain';
}

/** What `rule:service_role` stands for. */
export const serviceRoleCheck = serviceRole;
