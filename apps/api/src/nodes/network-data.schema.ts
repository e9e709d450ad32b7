import { z } from 'zod';
import { documented } from '../resource/documented.js';
import type { JsonObject } from '../resource/json-types.js';
import { shown } from '../resource/shown.js';

/* Nova's network_data.json as Ironic takes it (api/controllers/v1/network-data-schema.json); more keys are let through. */

const macAddress = z.string().regex(/^([0-9A-F]{2}[:-]){5}([0-9A-F]{2})$/i);
const mtu = z.number().min(1).max(65535).nullish();

const physicalLink = z.looseObject({
  id: z.string(),
  ethernet_mac_address: macAddress,
  mtu,
  type: z.enum(['bridge', 'dvs', 'hw_veb', 'hyperv', 'ovs', 'tap', 'vhostuser', 'vif', 'phy']),
  vif_id: z.string().optional(),
});

const bond = z.looseObject({
  id: z.string(),
  ethernet_mac_address: macAddress,
  mtu,
  type: z.literal('bond'),
  vif_id: z.string().optional(),
  bond_mode: z.enum([
    '802.3ad',
    'balance-rr',
    'active-backup',
    'balance-xor',
    'broadcast',
    'balance-tlb',
    'balance-alb',
  ]),
  bond_links: z.array(z.string()),
});

const vlan = z.looseObject({
  id: z.string(),
  vlan_mac_address: macAddress,
  mtu,
  type: z.literal('vlan'),
  vif_id: z.string().optional(),
  vlan_id: z.int(),
  vlan_link: z.string(),
});

const ipv4Service = z.looseObject({ address: z.ipv4(), type: z.literal('dns') });
const ipv6Service = z.looseObject({ address: z.union([z.ipv6(), z.cidrv6()]), type: z.literal('dns') });

const ipv4Network = z.looseObject({
  id: z.string(),
  link: z.string(),
  network_id: z.string(),
  type: z.enum(['ipv4', 'ipv4_dhcp']),
  ip_address: z.ipv4().optional(),
  netmask: z.ipv4().optional(),
  routes: z
    .array(
      z.looseObject({
        network: z.ipv4(),
        netmask: z.ipv4(),
        gateway: z.ipv4(),
        services: z.array(ipv4Service).optional(),
      }),
    )
    .optional(),
});

const ipv6Network = z.looseObject({
  id: z.string(),
  link: z.string(),
  network_id: z.string(),
  type: z.enum(['ipv6', 'ipv6_dhcp', 'ipv6_slaac']),
  ip_address: z.union([z.ipv6(), z.cidrv6()]).optional(),
  netmask: z.ipv6().optional(),
  routes: z
    .array(
      z.looseObject({
        network: z.ipv6(),
        netmask: z.ipv6(),
        gateway: z.ipv6(),
        services: z.array(ipv6Service).optional(),
      }),
    )
    .optional(),
});

const full = z.looseObject({
  links: z.array(z.union([physicalLink, bond, vlan])),
  networks: z.array(z.union([ipv4Network, ipv6Network])),
  services: z.array(z.union([ipv4Service, ipv6Service])),
});

/** `network_data` of a node: nothing, an empty object, or links, networks and services. */
export function networkData() {
  const accepted = z.union([z.strictObject({}), full]);
  const schema = z
    .custom<JsonObject>((value) => accepted.safeParse(value).success, {
      error: ({ input }) => `${shown(input)} is not valid under any of the given schemas`,
    })
    .nullish();
  return documented(schema, { type: ['object', 'null'], description: "Nova's network_data.json, or `{}`." });
}

/** What a patch gives as network_data must be complete; undefined when it is, else the reason. */
export function networkDataError(value: unknown): string | undefined {
  const parsed = full.safeParse(value);
  if (parsed.success) return undefined;
  const issue = parsed.error.issues[0];
  const path = issue?.path.join('.') ?? '';
  return issue?.path.length === 1 && issue.code === 'invalid_type'
    ? `'${path}' is a required property`
    : `${path}: ${issue?.message ?? 'invalid'}`;
}
