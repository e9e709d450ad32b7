import { defaultInterface, enabledInterfaces, interfaceNames, type HardwareTypeName } from '#domain/hardware-types.js';
import { allows, allowsField, isFeature } from '#domain/microversions.js';
import { linksTo } from '../resource/links.js';

/** What a driver can be asked for by `fields=`, whatever the version. */
export const driverFields: readonly string[] = [
  'hosts',
  'links',
  'name',
  ...interfaceNames.flatMap((name) => [`default_${name}_interface`, `enabled_${name}_interfaces`]),
  'properties',
  'type',
];

/** A hardware type as a client of that version sees it. */
export function driverView(
  name: HardwareTypeName,
  hosts: readonly string[],
  { minor, base }: { readonly minor: number; readonly base: string },
  { detail, fields }: { readonly detail: boolean; readonly fields?: readonly string[] | undefined },
): Record<string, unknown> {
  const all: Record<string, unknown> = {
    name,
    hosts,
    links: linksTo(base, `drivers/${name}`),
    ...(allowsField(minor, 'driver', 'properties') ? { properties: linksTo(base, `drivers/${name}/properties`) } : {}),
    ...(allowsField(minor, 'driver', 'type') ? { type: 'dynamic' } : {}),
    ...(detail && allows(minor, 'driver.default_interfaces') ? interfacesView(name, minor) : {}),
  };
  const wanted = Object.entries(all).filter(([key]) => !fields || key === 'links' || fields.includes(key));
  return Object.fromEntries(wanted);
}

function interfacesView(driver: HardwareTypeName, minor: number): Record<string, unknown> {
  const shown = interfaceNames.filter((name) => {
    const feature = `driver.${name}_interfaces`;
    return !isFeature(feature) || allows(minor, feature);
  });
  return Object.fromEntries(
    shown.flatMap((name) => [
      [`default_${name}_interface`, defaultInterface(driver, name) ?? null],
      [`enabled_${name}_interfaces`, enabledInterfaces(driver, name)],
    ]),
  );
}
