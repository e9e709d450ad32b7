import type { z } from 'zod';
import { driverOffers, type DriverConfig } from '#domain/driver-offers.js';
import {
  configuredDefaults,
  enabledByDefault,
  forEachInterface,
  hardwareTypes,
  interfaceNames,
  isHardwareType,
  type InterfaceName,
} from '#domain/hardware-types.js';
import { didYouMean } from '../did-you-mean.js';
import { option, section, types } from '../option.js';

const knownTypes = Object.keys(hardwareTypes);

/** A list of names that exist, each once. */
function names(known: readonly string[], preset: readonly string[]) {
  return types
    .list(types.text())
    .min(1, 'must name at least one')
    .superRefine((given, context) => {
      for (const name of given) {
        if (known.includes(name)) continue;
        const meant = didYouMean(name, known);
        const hint = meant === undefined ? `; known are ${known.join(', ')}` : `; did you mean ${meant}`;
        context.addIssue({ code: 'custom', message: `names "${name}", which does not exist${hint}` });
      }
    })
    .default([...preset]);
}

/** Implementations of an interface that any hardware type supports. */
function implementationsOf(name: InterfaceName): readonly string[] {
  return [
    ...new Set(Object.values(hardwareTypes).flatMap(({ supported }): readonly string[] => supported[name])),
  ].sort();
}

const enabled = (name: InterfaceName) =>
  option(names(implementationsOf(name), enabledByDefault[name]), {
    meaning: `Implementations of the ${name} interface that nodes may have.`,
    ironic: `[DEFAULT]enabled_${name}_interfaces`,
  });

const preset = (name: InterfaceName) => {
  const configured = configuredDefaults[name];
  return option(configured === undefined ? types.text().optional() : types.text().default(configured), {
    meaning: `The ${name} interface of nodes that name none. Every enabled hardware type must support it.`,
    ironic: `[DEFAULT]default_${name}_interface`,
    ...(configured === undefined && { presetText: 'the first enabled one in the order of the hardware type' }),
  });
};

/** One entry for each interface; spelt out, because the keys are types too. */
const shape = {
  enabled_hardware_types: option(names(knownTypes, knownTypes), {
    meaning: 'Drivers that nodes may have.',
    ironic: '[DEFAULT]enabled_hardware_types',
  }),
  enabled_bios_interfaces: enabled('bios'),
  enabled_boot_interfaces: enabled('boot'),
  enabled_console_interfaces: enabled('console'),
  enabled_deploy_interfaces: enabled('deploy'),
  enabled_firmware_interfaces: enabled('firmware'),
  enabled_inspect_interfaces: enabled('inspect'),
  enabled_management_interfaces: enabled('management'),
  enabled_network_interfaces: enabled('network'),
  enabled_power_interfaces: enabled('power'),
  enabled_raid_interfaces: enabled('raid'),
  enabled_rescue_interfaces: enabled('rescue'),
  enabled_storage_interfaces: enabled('storage'),
  enabled_vendor_interfaces: enabled('vendor'),
  default_bios_interface: preset('bios'),
  default_boot_interface: preset('boot'),
  default_console_interface: preset('console'),
  default_deploy_interface: preset('deploy'),
  default_firmware_interface: preset('firmware'),
  default_inspect_interface: preset('inspect'),
  default_management_interface: preset('management'),
  default_network_interface: preset('network'),
  default_power_interface: preset('power'),
  default_raid_interface: preset('raid'),
  default_rescue_interface: preset('rescue'),
  default_storage_interface: preset('storage'),
  default_vendor_interface: preset('vendor'),
} satisfies Record<string, z.ZodType>;

/**
 * Which hardware types and interfaces nodes may use. Every enabled hardware type must have a default for each interface,
 * as Ironic's conductor demands at its start.
 */
export const driversSection = section('Which drivers and interfaces nodes may use.', shape).superRefine(
  (given, context) => {
    for (const [driver, offer] of Object.entries(driverOffers(driverConfigOf(given)))) {
      for (const name of interfaceNames.filter((one) => offer[one].default === null)) {
        const asked = given[`default_${name}_interface`];
        const key = asked === undefined ? `enabled_${name}_interfaces` : `default_${name}_interface`;
        const reason =
          asked === undefined
            ? 'names none that this enabled hardware type supports'
            : `names "${asked}", which is not enabled or not supported by this enabled hardware type`;
        context.addIssue({ code: 'custom', path: [key], message: `${reason}: ${driver}` });
      }
    }
  },
);

/** The section in the domain's words. */
export function driverConfigOf(given: z.infer<z.ZodObject<typeof shape>>): DriverConfig {
  return {
    hardwareTypes: given.enabled_hardware_types.filter((name) => isHardwareType(name)),
    enabled: forEachInterface((name) => given[`enabled_${name}_interfaces`]),
    defaults: forEachInterface((name) => given[`default_${name}_interface`]),
  };
}
