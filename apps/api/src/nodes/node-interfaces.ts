import {
  defaultInterface,
  interfaceNames,
  interfaceRefused,
  isHardwareType,
  type HardwareTypeName,
} from '#domain/hardware-types.js';
import { invalid } from '../errors/api-error.js';
import type { NodeInterfaces, WantedInterfaces } from './node.columns.js';

/**
 * Checks the wanted interfaces against the driver and fills in defaults (Ironic driver_factory.py).
 * @throws ApiError 400 for an implementation that the driver does not take or the server does not enable
 */
export function settleInterfaces(driver: HardwareTypeName, wanted: WantedInterfaces, nodeUuid: string): NodeInterfaces {
  const settle = (name: keyof WantedInterfaces): string => {
    const implementation = wanted[name];
    if (implementation !== null) {
      const refused = interfaceRefused(driver, name, implementation);
      if (refused !== undefined) throw invalid(refused);
      return implementation;
    }
    const preset = defaultInterface(driver, name);
    if (preset === undefined) throw invalid(noDefault(driver, name, nodeUuid));
    return preset;
  };
  const settled = Object.fromEntries(interfaceNames.map((name) => [name, settle(name)]));
  // One entry for each name of the list from which the type is made.
  return settled as NodeInterfaces;
}

/** @throws ApiError 400 when no worker could ever serve nodes of that driver */
export function knownDriver(driver: string, group: string): HardwareTypeName {
  if (isHardwareType(driver)) return driver;
  throw noValidHost(driver, group);
}

/** Ironic's text for a driver, or a conductor group, that nobody serves. */
export function noValidHost(driver: string, group: string) {
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
