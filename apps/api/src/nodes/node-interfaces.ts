import { implementationRefused, type DriverOffers } from '#domain/driver-offers.js';
import { forEachInterface, isHardwareType, type HardwareTypeName } from '#domain/hardware-types.js';
import type { LiveConductors } from '../conductors/live-conductors.js';
import { invalid } from '../errors/api-error.js';
import type { NodeInterfaces, WantedInterfaces } from './node.columns.js';

/** A driver that the workers of the node's group have, and what they offer. */
export interface ServedDriver {
  readonly name: HardwareTypeName;
  readonly offers: DriverOffers;
}

/** @throws ApiError 400 when no worker of the group has the driver */
export function servedDriver(conductors: LiveConductors, driver: string, group: string): ServedDriver {
  const offers = isHardwareType(driver) ? conductors.offersIn(group, driver) : undefined;
  if (!isHardwareType(driver) || offers === undefined) throw noValidHost(driver, group);
  return { name: driver, offers };
}

/**
 * Checks the wanted interfaces against what the workers offer and fills in defaults (Ironic driver_factory.py).
 * @throws ApiError 400 for an implementation that the driver does not take or the workers do not enable
 */
export function settleInterfaces(
  { name: driver, offers }: ServedDriver,
  wanted: WantedInterfaces,
  nodeUuid: string,
): NodeInterfaces {
  const settle = (name: keyof WantedInterfaces): string => {
    const implementation = wanted[name];
    if (implementation !== null) {
      const refused = implementationRefused(offers, driver, name, implementation);
      if (refused !== undefined) throw invalid(refused);
      return implementation;
    }
    const preset = offers[driver]?.[name].default ?? null;
    if (preset === null) throw invalid(noDefault(driver, name, nodeUuid));
    return preset;
  };
  return forEachInterface(settle);
}

/** Ironic's text for a driver, or a conductor group, that nobody serves. */
function noValidHost(driver: string, group: string) {
  return invalid(
    `No valid host was found. Reason: No conductor service registered which supports driver ${driver} for conductor ` +
      `group "${group}". Ensure the driver is valid and enabled.`,
  );
}

function noDefault(driver: string, name: string, nodeUuid: string): string {
  return (
    `For node ${nodeUuid} with hardware type '${driver}', no default value found for ${name} interface could be ` +
    `determined. Please configure the default_${name}_interface or specify the ${name}_interface of the node.`
  );
}
