import { isLocked } from '#database/operations.js';
import { maskSecrets, driverInfoSecretKeys, instanceInfoSecretKeys } from '#domain/secrets.js';
import { isProvisionState, shownState } from '#domain/states.js';
import type { Access, HidableField } from '../auth/access.js';
import type { LiveConductors } from '../conductors/live-conductors.js';
import type { Call } from '../http/call.js';
import { isJsonObject } from '../resource/json-types.js';
import { linksTo } from '../resource/links.js';
import { isoTime } from '../resource/time.js';
import { nodeResource } from './node.schema.js';
import type { NodeRow, ShortNodeRow } from './node.rows.js';

/** What a view depends on besides the row. */
export interface ViewContext {
  readonly minor: number;
  /** Start of links. */
  readonly base: string;
  readonly conductors: LiveConductors;
  /** Keeps fields from those who may not see them. */
  readonly access: Pick<Access, 'hides'>;
}

/** The context of a request. */
export function nodeContext(call: Call, conductors: LiveConductors): ViewContext {
  return { minor: call.minor, base: call.base, conductors, access: call.access };
}

type FieldName = keyof typeof nodeResource.schema.shape;
type Shown = (node: NodeRow, context: ViewContext) => unknown;

const shownFields: Readonly<Record<FieldName, Shown>> = {
  uuid: (node) => node.uuid,
  created_at: (node) => isoTime(node.createdAt),
  updated_at: (node) => isoTime(node.updatedAt),
  automated_clean: (node) => node.automatedClean,
  bios_interface: (node) => node.biosInterface,
  boot_interface: (node) => node.bootInterface,
  boot_mode: (node) => node.bootMode,
  clean_step: (node) => masked(node.cleanStep),
  conductor_group: (node) => node.conductorGroup,
  console_enabled: (node) => node.consoleEnabled,
  console_interface: (node) => node.consoleInterface,
  disable_power_off: (node) => node.disablePowerOff,
  deploy_interface: (node) => node.deployInterface,
  deploy_step: (node) => masked(node.deployStep),
  description: (node) => node.description,
  driver: (node) => node.driver,
  driver_info: (node, { access }) =>
    access.hides('driver_info', node)
      ? { content: redacted('** Redacted - requires', 'driver_info') }
      : masked(node.driverInfo, driverInfoSecretKeys),
  driver_internal_info: (node, { access }) =>
    access.hides('driver_internal_info', node)
      ? { content: redacted('** Redacted - Requires', 'driver_internal_info') }
      : masked(node.driverInternalInfo),
  extra: (node) => node.extra,
  fault: (node) => node.fault,
  firmware_interface: (node) => node.firmwareInterface,
  health: (node) => node.health,
  inspection_finished_at: (node) => isoTime(node.inspectionFinishedAt),
  inspection_started_at: (node) => isoTime(node.inspectionStartedAt),
  inspect_interface: (node) => node.inspectInterface,
  instance_info: (node) => masked(node.instanceInfo, instanceInfoSecretKeys),
  instance_name: (node) => node.instanceName,
  instance_uuid: (node) => node.instanceUuid,
  last_error: (node, { access }) =>
    access.hides('last_error', node) ? redacted('** Value Redacted - Requires', 'last_error') : node.lastError,
  lessee: (node) => node.lessee,
  maintenance: (node) => node.maintenance,
  maintenance_reason: (node) => node.maintenanceReason,
  management_interface: (node) => node.managementInterface,
  name: (node) => node.name,
  network_data: (node) => node.networkData,
  network_interface: (node) => node.networkInterface,
  owner: (node) => node.owner,
  parent_node: (node) => node.parentNode,
  power_interface: (node) => node.powerInterface,
  power_state: (node) => node.powerState,
  properties: (node) => node.properties,
  protected: (node) => node.protected,
  protected_reason: (node) => node.protectedReason,
  provision_state: (node, { minor }) => stateFor(node.provisionState, minor),
  provision_updated_at: (node) => isoTime(node.provisionUpdatedAt),
  raid_config: (node) => node.raidConfig,
  raid_interface: (node) => node.raidInterface,
  rescue_interface: (node) => node.rescueInterface,
  reservation: (node, { conductors, access }) =>
    access.hides('reservation', node)
      ? redacted('** Redacted - requires', 'reservation')
      : reservationOf(node, conductors),
  resource_class: (node) => node.resourceClass,
  retired: (node) => node.retired,
  retired_reason: (node) => node.retiredReason,
  secure_boot: (node) => node.secureBoot,
  service_step: (node) => masked(node.serviceStep),
  shard: (node) => node.shard,
  storage_interface: (node) => node.storageInterface,
  target_power_state: (node) => node.targetPowerState,
  target_provision_state: (node) => node.targetProvisionState,
  target_raid_config: (node) => node.targetRaidConfig,
  traits: (node) => node.traits.map(({ trait }) => trait),
  vendor_interface: (node) => node.vendorInterface,
  links: (node, { base }) => linksTo(base, `nodes/${node.uuid}`),
  conductor: (node, { conductors }) => conductors.hostOf(node.conductorGroup),
  allocation_uuid: (node) => node.allocation?.uuid ?? null,
  chassis_uuid: (node) => node.chassis?.uuid ?? null,
  ports: (node, { base }) => linksTo(base, `nodes/${node.uuid}/ports`),
  states: (node, { base }) => linksTo(base, `nodes/${node.uuid}/states`),
  portgroups: (node, { base }) => linksTo(base, `nodes/${node.uuid}/portgroups`),
  volume: (node, { base }) => linksTo(base, `nodes/${node.uuid}/volume`),
};

/** Names of the fields that a short list shows, in the order of Ironic's `next` links. */
export const shortFields = ['instance_uuid', 'maintenance', 'power_state', 'provision_state', 'uuid', 'name'] as const;

/** The fields of each version with their getters; lists of a thousand nodes go through them. */
const gettersAt = new Map<number, readonly (readonly [FieldName, Shown])[]>();

function gettersFor(minor: number): readonly (readonly [FieldName, Shown])[] {
  let getters = gettersAt.get(minor);
  if (!getters) {
    const visible = nodeResource.visible(minor).filter(isField);
    getters = visible.map((name) => [name, shownFields[name]]);
    gettersAt.set(minor, getters);
  }
  return getters;
}

/** A node as a client of that version sees it; with `fields` only those and its links. */
export function nodeView(node: NodeRow, context: ViewContext, fields?: readonly string[]): Record<string, unknown> {
  const view: Record<string, unknown> = {};
  for (const [name, shown] of gettersFor(context.minor)) {
    if (!fields || name === 'links' || fields.includes(name)) view[name] = shown(node, context);
  }
  return view;
}

/** A node in a list that asked for nothing special. */
export function shortNodeView(node: ShortNodeRow, { minor, base }: ViewContext): Record<string, unknown> {
  return {
    uuid: node.uuid,
    instance_uuid: node.instanceUuid,
    maintenance: node.maintenance,
    power_state: node.powerState,
    provision_state: stateFor(node.provisionState, minor),
    ...(nodeResource.short(minor).includes('name') ? { name: node.name } : {}),
    links: linksTo(base, `nodes/${node.uuid}`),
  };
}

/** GET /v1/nodes/{id}/states. */
export function statesView(node: NodeRow, { minor }: Pick<ViewContext, 'minor'>): Record<string, unknown> {
  return {
    console_enabled: node.consoleEnabled,
    last_error: node.lastError,
    power_state: node.powerState,
    provision_state: stateFor(node.provisionState, minor),
    target_power_state: node.targetPowerState,
    target_provision_state: node.targetProvisionState,
    provision_updated_at: isoTime(node.provisionUpdatedAt),
    ...(nodeResource.visible(minor).includes('raid_config')
      ? { raid_config: node.raidConfig, target_raid_config: node.targetRaidConfig }
      : {}),
    ...(nodeResource.visible(minor).includes('boot_mode')
      ? { boot_mode: node.bootMode, secure_boot: node.secureBoot }
      : {}),
  };
}

/** The host name of whoever works on the node; null when it is not locked. */
export function reservationOf(
  node: Pick<NodeRow, 'operations' | 'provisionState' | 'conductorGroup'>,
  conductors: LiveConductors,
): string | null {
  return isLocked({ node, unfinished: node.operations }) ? conductors.lockHolder(node.conductorGroup) : null;
}

/** What Ironic shows in place of a field; the wording differs from field to field. */
function redacted(start: string, field: HidableField): string {
  return `${start} baremetal:node:get:${field} permission. **`;
}

/** Most of these objects are empty, and looking for secrets takes its time. */
function masked(value: unknown, extraKeys: readonly string[] = []): unknown {
  return isJsonObject(value) && Object.keys(value).length === 0 ? value : maskSecrets(value, { extraKeys });
}

function stateFor(state: string, minor: number): string | null {
  return isProvisionState(state) ? shownState(state, minor) : state;
}

function isField(name: string): name is FieldName {
  return Object.hasOwn(shownFields, name);
}
