/** JSON type of a field; a time is ISO 8601, links are a list of {href, rel}. */
export type FieldType = 'object' | 'string' | 'boolean' | 'time' | 'list' | 'links';

/** What a field of a node or port is, on the wire. Its first version is `fieldMinor('node', name)`. */
export interface FieldFacts {
  readonly type: FieldType;
  readonly nullable: boolean;
  /** May be given at POST. */
  readonly create: boolean;
  /** May be changed by PATCH. */
  readonly patch: boolean;
}

const types = {
  o: 'object',
  s: 'string',
  b: 'boolean',
  t: 'time',
  l: 'list',
  k: 'links',
} as const;

/** Type (`!` when never null) and who sets it: C by POST, P by PATCH, R only the server. */
function f(type: `${keyof typeof types}${'' | '!'}`, setting: 'C' | 'P' | 'CP' | 'R'): FieldFacts {
  const letter = type.slice(0, 1);
  return {
    type: isTypeLetter(letter) ? types[letter] : 'string',
    nullable: !type.endsWith('!'),
    create: setting.includes('C'),
    patch: setting.includes('P'),
  };
}

function isTypeLetter(letter: string): letter is keyof typeof types {
  return Object.hasOwn(types, letter);
}

/** Every field of a node (api-ref; Ironic api/controllers/v1/node.py). Secrets in the objects are masked. */
// prettier-ignore
export const nodeFields = {
  uuid: f('s!', 'C'),
  name: f('s', 'CP'),
  driver: f('s!', 'CP'),
  driver_info: f('o!', 'CP'),
  properties: f('o!', 'CP'),
  extra: f('o!', 'CP'),
  instance_info: f('o!', 'CP'),
  driver_internal_info: f('o!', 'R'),
  instance_uuid: f('s', 'CP'),
  instance_name: f('s', 'CP'),
  chassis_uuid: f('s', 'CP'),
  maintenance: f('b!', 'CP'),
  maintenance_reason: f('s', 'R'),
  fault: f('s', 'R'),
  power_state: f('s', 'R'),
  target_power_state: f('s', 'R'),
  provision_state: f('s!', 'R'),
  target_provision_state: f('s', 'R'),
  provision_updated_at: f('t', 'R'),
  last_error: f('s', 'R'),
  reservation: f('s', 'R'),
  console_enabled: f('b!', 'C'),
  inspection_started_at: f('t', 'R'),
  inspection_finished_at: f('t', 'R'),
  clean_step: f('o', 'R'),
  raid_config: f('o', 'R'),
  target_raid_config: f('o', 'R'),
  bios_interface: f('s!', 'CP'),
  boot_interface: f('s!', 'CP'),
  console_interface: f('s!', 'CP'),
  deploy_interface: f('s!', 'CP'),
  firmware_interface: f('s!', 'CP'),
  inspect_interface: f('s!', 'CP'),
  management_interface: f('s!', 'CP'),
  network_interface: f('s', 'CP'),
  power_interface: f('s!', 'CP'),
  raid_interface: f('s!', 'CP'),
  rescue_interface: f('s!', 'CP'),
  storage_interface: f('s!', 'CP'),
  vendor_interface: f('s!', 'CP'),
  resource_class: f('s', 'CP'),
  traits: f('l', 'R'),
  deploy_step: f('o', 'R'),
  conductor_group: f('s!', 'CP'),
  automated_clean: f('b', 'CP'),
  protected: f('b!', 'P'),
  protected_reason: f('s', 'P'),
  conductor: f('s', 'R'),
  owner: f('s', 'CP'),
  description: f('s', 'CP'),
  allocation_uuid: f('s', 'R'),
  retired: f('b!', 'CP'),
  retired_reason: f('s', 'CP'),
  lessee: f('s', 'CP'),
  network_data: f('o', 'CP'),
  boot_mode: f('s', 'R'),
  secure_boot: f('b', 'R'),
  shard: f('s', 'CP'),
  parent_node: f('s', 'CP'),
  service_step: f('o', 'R'),
  disable_power_off: f('b!', 'CP'),
  health: f('s', 'R'),
  created_at: f('t', 'R'),
  updated_at: f('t', 'R'),
  links: f('k', 'R'),
  ports: f('k', 'R'),
  states: f('k', 'R'),
  portgroups: f('k', 'R'),
  volume: f('k', 'R'),
} as const satisfies Record<string, FieldFacts>;

/** Every field of a port. */
// prettier-ignore
export const portFields = {
  uuid: f('s!', 'C'),
  address: f('s!', 'CP'),
  node_uuid: f('s!', 'CP'),
  extra: f('o!', 'CP'),
  internal_info: f('o!', 'R'),
  pxe_enabled: f('b!', 'CP'),
  local_link_connection: f('o!', 'CP'),
  portgroup_uuid: f('s', 'CP'),
  physical_network: f('s', 'CP'),
  is_smartnic: f('b!', 'CP'),
  name: f('s', 'CP'),
  description: f('s', 'CP'),
  vendor: f('s', 'CP'),
  category: f('s', 'CP'),
  available_for_dynamic_portgroup: f('b!', 'CP'),
  created_at: f('t', 'R'),
  updated_at: f('t', 'R'),
  links: f('k', 'R'),
} as const satisfies Record<string, FieldFacts>;
