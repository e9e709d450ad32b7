import { z } from 'zod';
import type { Api } from '../e2e/support/api.js';

const created = z.looseObject({ uuid: z.string() });

/** The version with everything. */
const version = '1.115';

async function make(api: Api, path: string, body: unknown): Promise<string> {
  const answer = await api.ask('POST', path, { body, version });
  if (answer.status !== 201) throw new Error(`POST ${path} answered ${answer.status}: ${answer.text}`);
  return created.parse(answer.json).uuid;
}

/** One object of each kind around a node. */
export interface Family {
  readonly node: string;
  /** UUIDs of all of them, and their names. */
  readonly identifiers: readonly string[];
}

/** Makes a node and one object of each kind that can belong to it. `index` makes addresses and names unique. */
export async function makeFamily(api: Api, name: string, index: number): Promise<Family> {
  const mac = (part: number) => `52:54:00:${hex(index >> 8)}:${hex(index & 255)}:${hex(part)}`;
  const chassis = await make(api, '/v1/chassis', { description: `chassis of ${name}`, extra: { of: name } });
  const node = await make(api, '/v1/nodes', {
    name,
    driver: 'fake-hardware',
    chassis_uuid: chassis,
    resource_class: 'fuzzed',
    driver_info: { fake_password: 'secret', note: name },
    properties: { cpu_arch: 'x86_64', capabilities: 'boot_mode:uefi' },
    instance_info: { image_source: 'http://images.example/disk', image_checksum: 'a'.repeat(32) },
    extra: { of: name },
    description: `The node ${name}`,
  });
  const portgroup = await make(api, '/v1/portgroups', { node_uuid: node, name: `${name}-bond`, address: mac(9) });
  const identifiers = [
    chassis,
    node,
    portgroup,
    await make(api, '/v1/ports', { node_uuid: node, address: mac(1), name: `${name}-nic`, extra: { of: name } }),
    await make(api, '/v1/ports', { node_uuid: node, address: mac(2), portgroup_uuid: portgroup }),
    await make(api, '/v1/volume/connectors', { node_uuid: node, type: 'iqn', connector_id: `iqn.2026-01.${name}` }),
    await make(api, '/v1/volume/targets', { node_uuid: node, volume_type: 'iscsi', boot_index: 0, volume_id: name }),
    await make(api, '/v1/deploy_templates', {
      name: `CUSTOM_T_${upper(name)}`,
      steps: [{ interface: 'deploy', step: 'erase_devices', args: {}, priority: 0 }],
    }),
    await make(api, '/v1/runbooks', {
      name: `CUSTOM_R_${upper(name)}`,
      steps: [{ interface: 'deploy', step: 'erase_devices', args: {}, order: 1 }],
    }),
    await make(api, '/v1/inspection_rules', {
      description: name,
      conditions: [{ op: 'eq', args: { values: ['a', 'b'] } }],
      actions: [{ op: 'set-attribute', args: { path: '/extra/rule', value: name } }],
    }),
    await make(api, '/v1/allocations', { name: `${name}-claim`, resource_class: `none-${name}` }),
  ];
  await api.ask('PATCH', `/v1/nodes/${node}`, { body: [{ op: 'add', path: '/owner', value: 'alpha' }], version });
  await api.ask('PUT', `/v1/nodes/${node}/traits`, { body: { traits: [`CUSTOM_${upper(name)}`] }, version });
  return { node, identifiers: [...identifiers, name, `${name}-nic`, `${name}-bond`, `${name}-claim`] };
}

function hex(value: number): string {
  return value.toString(16).padStart(2, '0');
}

function upper(name: string): string {
  return name.toUpperCase().replaceAll('-', '_');
}
