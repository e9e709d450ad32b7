import { expect, test } from 'vitest';
import { features, fieldMinor } from './microversions.js';
import { nodeFields, portFields } from './node-fields.js';

/** Keys of a node as Ironic 39.0.0 answers it at 1.115. */
const observed =
  'allocation_uuid automated_clean bios_interface boot_interface boot_mode chassis_uuid clean_step conductor conductor_group ' +
  'console_enabled console_interface created_at deploy_interface deploy_step description disable_power_off driver driver_info ' +
  'driver_internal_info extra fault firmware_interface health inspect_interface inspection_finished_at inspection_started_at ' +
  'instance_info instance_name instance_uuid last_error lessee links maintenance maintenance_reason management_interface name ' +
  'network_data network_interface owner parent_node portgroups ports power_interface power_state properties protected ' +
  'protected_reason provision_state provision_updated_at raid_config raid_interface rescue_interface reservation resource_class ' +
  'retired retired_reason secure_boot service_step shard states storage_interface target_power_state target_provision_state ' +
  'target_raid_config traits updated_at uuid vendor_interface volume';

test('the table has every field that Ironic answers', () => {
  expect(Object.keys(nodeFields).toSorted()).toEqual(observed.split(' '));
});

test('every gated node and port field is in the tables', () => {
  const known = new Set([
    ...Object.keys(nodeFields).map((field) => `node.${field}`),
    ...Object.keys(portFields).map((field) => `port.${field}`),
    // Only a way to name the node at POST.
    'port.node_ident',
  ]);
  const gated = Object.keys(features).filter((name) => name.startsWith('node.') || name.startsWith('port.'));
  expect(gated.filter((name) => !known.has(name))).toEqual([]);
});

test('fields say who may set them', () => {
  expect(nodeFields.protected).toMatchObject({ type: 'boolean', nullable: false, create: false, patch: true });
  expect(nodeFields.uuid).toMatchObject({ create: true, patch: false });
  expect(nodeFields.provision_state).toMatchObject({ create: false, patch: false });
  expect(portFields.internal_info).toMatchObject({ type: 'object', create: false, patch: false });
  expect(fieldMinor('port', 'is_smartnic')).toBe(53);
});
