import {
  defaultInterface,
  enabledInterfaces,
  forEachInterface,
  hardwareTypes,
  interfaceNames,
  isHardwareType,
  type HardwareTypeName,
  type InterfaceConfig,
  type InterfaceName,
} from './hardware-types.js';

/** What a worker offers of one interface of a hardware type. A type and not an interface, so that it counts as JSON. */
export type InterfaceOffer = {
  /** Enabled and supported implementations, most preferred first. */
  readonly enabled: readonly string[];
  /** The implementation of nodes that name none; null when there is none. */
  readonly default: string | null;
};

/** What a worker offers of a hardware type, as it registers it (Ironic `conductor_hardware_interfaces`). */
export type DriverOffer = Readonly<Record<InterfaceName, InterfaceOffer>>;

/** Offers by driver name. */
export type DriverOffers = Readonly<Partial<Record<HardwareTypeName, DriverOffer>>>;

/** Which hardware types and implementations a worker was told to offer. */
export interface DriverConfig extends InterfaceConfig {
  readonly hardwareTypes: readonly HardwareTypeName[];
}

/** The offers of a worker with that configuration (Ironic base_manager.py _register_and_validate_hardware_interfaces). */
export function driverOffers(config: DriverConfig): DriverOffers {
  return Object.fromEntries(config.hardwareTypes.map((driver) => [driver, offerOf(driver, config)]));
}

/** The offers of a worker that was told nothing. */
export const usualOffers: DriverOffers = driverOffers({
  hardwareTypes: Object.keys(hardwareTypes).filter((name) => isHardwareType(name)),
});

function offerOf(driver: HardwareTypeName, config: InterfaceConfig): DriverOffer {
  return forEachInterface((name) => ({
    enabled: enabledInterfaces(driver, name, config),
    default: defaultInterface(driver, name, config) ?? null,
  }));
}

/** The offers in a worker's row; whatever is not understood (a row of another version) is left out. */
export function parseOffers(value: unknown): DriverOffers {
  if (!isObject(value)) return {};
  const offers = Object.entries(value).flatMap(([driver, offer]): [HardwareTypeName, DriverOffer][] =>
    isHardwareType(driver) && isOffer(offer) ? [[driver, offer]] : [],
  );
  return Object.fromEntries(offers);
}

/**
 * Why a node of that driver cannot have this implementation (400), or undefined when it can. `fake-hardware` takes all
 * that any driver offers, so that combinations can be tried without hardware (Ironic driver_factory.py get_interface).
 */
export function implementationRefused(
  offers: DriverOffers,
  driver: HardwareTypeName,
  name: InterfaceName,
  implementation: string,
): string | undefined {
  const known = [...new Set(Object.values(offers).flatMap((offer) => offer[name].enabled))].sort();
  if (!known.includes(implementation)) {
    return (
      `Could not find the following interface in the 'ironic.hardware.interfaces.${name}' entrypoint: ` +
      `${implementation}. Valid interfaces are [${known.map((one) => `'${one}'`).join(', ')}].`
    );
  }
  if (driver === 'fake-hardware' || offers[driver]?.[name].enabled.includes(implementation)) return undefined;
  return `${name} interface implementation '${implementation}' is not supported by hardware type ${driver}.`;
}

function isOffer(value: unknown): value is DriverOffer {
  return isObject(value) && interfaceNames.every((name) => isInterfaceOffer(value[name]));
}

function isInterfaceOffer(value: unknown): value is InterfaceOffer {
  return (
    isObject(value) &&
    Array.isArray(value['enabled']) &&
    (value['default'] === null || typeof value['default'] === 'string')
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
