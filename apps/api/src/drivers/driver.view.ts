import type { DriverOffer } from '#domain/driver-offers.js';
import { interfaceNames, type HardwareTypeName, type InterfaceName } from '#domain/hardware-types.js';
import { allows, allowsField, isFeature } from '#domain/microversions.js';
import { linksTo } from '../resource/links.js';

/** Interfaces in the order in which Ironic's schema got them (api/schemas/v1/driver.py). */
const inOrderOfSchema = [
  'boot',
  'console',
  'deploy',
  'inspect',
  'management',
  'network',
  'power',
  'raid',
  'vendor',
  'storage',
  'rescue',
  'bios',
  'firmware',
] as const satisfies readonly InterfaceName[];

/** What a driver can be asked for by `fields=`, whatever the version. */
export const driverFields: readonly string[] = [
  'hosts',
  'links',
  'name',
  ...inOrderOfSchema.flatMap((name) => [`default_${name}_interface`, `enabled_${name}_interfaces`]),
  'properties',
  'type',
];

/** A hardware type that live workers offer. */
export interface OfferedDriver {
  readonly name: HardwareTypeName;
  readonly hosts: readonly string[];
  readonly offer: DriverOffer | undefined;
}

/** A hardware type as a client of that version sees it. */
export function driverView(
  { name, hosts, offer }: OfferedDriver,
  { minor, base }: { readonly minor: number; readonly base: string },
  { detail, fields }: { readonly detail: boolean; readonly fields?: readonly string[] | undefined },
): Record<string, unknown> {
  const all: Record<string, unknown> = {
    name,
    hosts,
    links: linksTo(base, `drivers/${name}`),
    ...(allowsField(minor, 'driver', 'properties') ? { properties: linksTo(base, `drivers/${name}/properties`) } : {}),
    ...(allowsField(minor, 'driver', 'type') ? { type: 'dynamic' } : {}),
    ...(detail && allows(minor, 'driver.default_interfaces') ? interfacesView(offer, minor) : {}),
  };
  const wanted = Object.entries(all).filter(([key]) => !fields || key === 'links' || fields.includes(key));
  return Object.fromEntries(wanted);
}

function interfacesView(offer: DriverOffer | undefined, minor: number): Record<string, unknown> {
  const shown = interfaceNames.filter((name) => {
    const feature = `driver.${name}_interfaces`;
    return !isFeature(feature) || allows(minor, feature);
  });
  return Object.fromEntries(
    shown.flatMap((name) => [
      [`default_${name}_interface`, offer?.[name].default ?? null],
      [`enabled_${name}_interfaces`, offer?.[name].enabled ?? []],
    ]),
  );
}
