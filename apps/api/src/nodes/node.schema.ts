import { z } from 'zod';
import { networkData } from './network-data.schema.js';
import { field, Resource, type FieldFacts } from '../resource/resource.js';
import { booleanOrWord, filledText, freeObject, optionalText, optionalUuid, text } from '../resource/json-types.js';

const both = { create: true, patch: true };
const timestamp = () => z.string().nullable();
const links = () => z.array(z.object({ href: z.string(), rel: z.string() }));
const step = () => z.record(z.string(), z.unknown());
// What is null or absent when it is sent gets a default, so these are never shown as null.
const implementation = () => field(optionalText(), { ...both, shown: z.string() });
const object = () => field(freeObject(), { ...both, shown: z.record(z.string(), z.unknown()) });
const flag = (facts: FieldFacts) => field(booleanOrWord(), { ...facts, shown: z.boolean() });

/**
 * A node, in the order of Ironic's answers. What a client may send is checked by these schemas; which
 * version knows which field stands in the domain's table of features.
 */
export const nodeResource = new Resource('node', {
  uuid: field(optionalUuid(), { create: true, short: true, shown: z.uuid() }),
  created_at: field(timestamp()),
  updated_at: field(timestamp()),
  automated_clean: field(booleanOrWord(), both),
  bios_interface: implementation(),
  boot_interface: implementation(),
  // Sent at creation, it is taken and ignored, as secure_boot and console_enabled are.
  boot_mode: field(optionalText(), { create: true }),
  clean_step: field(step()),
  conductor_group: implementation(),
  console_enabled: flag({ create: true }),
  console_interface: implementation(),
  disable_power_off: flag(both),
  deploy_interface: implementation(),
  deploy_step: field(step()),
  description: field(optionalText(4096), both),
  driver: field(text(), both),
  driver_info: object(),
  driver_internal_info: field(z.record(z.string(), z.unknown())),
  extra: object(),
  fault: field(z.string().nullable()),
  firmware_interface: implementation(),
  health: field(z.string().nullable()),
  inspection_finished_at: field(timestamp()),
  inspection_started_at: field(timestamp()),
  inspect_interface: implementation(),
  instance_info: object(),
  instance_name: field(filledText(255), both),
  instance_uuid: field(optionalUuid(), { ...both, short: true }),
  last_error: field(z.string().nullable()),
  lessee: field(optionalText(), both),
  maintenance: flag({ ...both, short: true }),
  maintenance_reason: field(z.string().nullable()),
  management_interface: implementation(),
  name: field(optionalText(), { ...both, short: true }),
  network_data: field(networkData(), { ...both, shown: z.record(z.string(), z.unknown()) }),
  network_interface: implementation(),
  owner: field(optionalText(), both),
  parent_node: field(optionalText(36), both),
  power_interface: implementation(),
  power_state: field(z.string().nullable(), { short: true }),
  properties: object(),
  protected: flag({ patch: true }),
  protected_reason: field(optionalText(), { patch: true }),
  provision_state: field(z.string().nullable(), { short: true }),
  provision_updated_at: field(timestamp()),
  raid_config: field(step()),
  raid_interface: implementation(),
  rescue_interface: implementation(),
  reservation: field(z.string().nullable()),
  resource_class: field(optionalText(80), both),
  retired: flag(both),
  retired_reason: field(optionalText(), both),
  secure_boot: field(booleanOrWord(), { create: true }),
  service_step: field(step()),
  shard: field(optionalText(), both),
  storage_interface: implementation(),
  target_power_state: field(z.string().nullable()),
  target_provision_state: field(z.string().nullable()),
  target_raid_config: field(step()),
  traits: field(z.array(z.string())),
  vendor_interface: implementation(),
  links: field(links(), { always: true }),
  conductor: field(z.string().nullable()),
  allocation_uuid: field(z.string().nullable()),
  chassis_uuid: field(optionalUuid(), both),
  ports: field(links(), { always: true }),
  states: field(links(), { always: true }),
  portgroups: field(links(), { always: true }),
  volume: field(links(), { always: true }),
});

const { shape } = nodeResource.schema;

/** What both a new and a patched node consist of. */
const settable = {
  automated_clean: shape.automated_clean,
  bios_interface: shape.bios_interface,
  boot_interface: shape.boot_interface,
  chassis_uuid: shape.chassis_uuid,
  conductor_group: shape.conductor_group,
  console_interface: shape.console_interface,
  deploy_interface: shape.deploy_interface,
  description: shape.description,
  disable_power_off: shape.disable_power_off,
  driver: shape.driver,
  driver_info: shape.driver_info,
  extra: shape.extra,
  firmware_interface: shape.firmware_interface,
  inspect_interface: shape.inspect_interface,
  instance_info: shape.instance_info,
  instance_name: shape.instance_name,
  instance_uuid: shape.instance_uuid,
  lessee: shape.lessee,
  maintenance: shape.maintenance,
  management_interface: shape.management_interface,
  name: shape.name,
  network_data: shape.network_data,
  network_interface: shape.network_interface,
  owner: shape.owner,
  parent_node: shape.parent_node,
  power_interface: shape.power_interface,
  properties: shape.properties,
  raid_interface: shape.raid_interface,
  rescue_interface: shape.rescue_interface,
  resource_class: shape.resource_class,
  retired: shape.retired,
  retired_reason: shape.retired_reason,
  shard: shape.shard,
  storage_interface: shape.storage_interface,
  vendor_interface: shape.vendor_interface,
};

/** The body of POST /v1/nodes. */
export const newNode = z.strictObject({
  ...settable,
  boot_mode: shape.boot_mode,
  console_enabled: shape.console_enabled,
  secure_boot: shape.secure_boot,
  uuid: shape.uuid,
});

/** What a patch may have made of a node. */
export const patchedNode = z.object({
  ...settable,
  protected: shape.protected,
  protected_reason: shape.protected_reason,
});

/** A node that is being created. */
export type NewNode = z.output<typeof newNode>;
/** The changeable part of a node. */
export type NodeDocument = z.output<typeof patchedNode>;
