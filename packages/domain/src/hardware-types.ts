import {
  agentProperties,
  bootProperties,
  fakeProperties,
  ipmiProperties,
  redfishProperties,
} from './driver-properties.js';

/** The interfaces a driver is composed of, in the order of the API's answers. */
export const interfaceNames = [
  'bios',
  'boot',
  'console',
  'deploy',
  'firmware',
  'inspect',
  'management',
  'network',
  'power',
  'raid',
  'rescue',
  'storage',
  'vendor',
] as const;

/** Name of an interface, as in `power_interface`. */
export type InterfaceName = (typeof interfaceNames)[number];

/** One value for each interface. */
export function forEachInterface<Value>(valueOf: (name: InterfaceName) => Value): Record<InterfaceName, Value> {
  // One entry for each name of the list from which the type is made.
  return Object.fromEntries(interfaceNames.map((name) => [name, valueOf(name)])) as Record<InterfaceName, Value>;
}

/** Implementation names by interface. */
export type Implementations = Readonly<Record<InterfaceName, readonly string[]>>;

/** What a hardware type supports and what one has to tell it in driver_info. */
export interface HardwareType {
  /** Supported implementations, most preferred first: the first enabled one is a new node's default. */
  readonly supported: Implementations;
  /** driver_info properties with their descriptions. */
  readonly properties: Readonly<Record<string, string>>;
}

/** Implementations of every hardware type that is not special (Ironic drivers/generic.py). */
const generic: Implementations = {
  bios: ['no-bios'],
  boot: ['ipxe', 'pxe', 'http-ipxe', 'http'],
  console: ['no-console', 'fake-graphical'],
  deploy: ['autodetect', 'direct', 'ansible', 'ramdisk', 'anaconda', 'bootc', 'custom-agent'],
  firmware: ['no-firmware'],
  inspect: ['agent', 'no-inspect'],
  management: [],
  network: ['flat', 'neutron', 'ironic-networking', 'noop'],
  power: [],
  raid: ['no-raid', 'agent'],
  rescue: ['no-rescue', 'agent'],
  storage: ['noop', 'cinder', 'external'],
  vendor: ['no-vendor'],
};

/** The hardware types, by driver name (Ironic drivers/{generic,fake_hardware,ipmi,redfish}.py). */
export const hardwareTypes = {
  'fake-hardware': {
    supported: {
      bios: ['fake', ...generic.bios],
      boot: ['fake', ...generic.boot],
      console: ['fake', ...generic.console],
      deploy: ['fake', ...generic.deploy],
      firmware: ['fake', ...generic.firmware],
      inspect: ['fake', ...generic.inspect],
      management: ['fake'],
      network: generic.network,
      power: ['fake'],
      raid: ['fake', ...generic.raid],
      rescue: ['fake', ...generic.rescue],
      storage: ['fake', ...generic.storage],
      vendor: ['fake', ...generic.vendor],
    },
    properties: fakeProperties,
  },
  ipmi: {
    supported: {
      ...generic,
      console: ['ipmitool-socat', ...generic.console],
      management: ['ipmitool', 'noop'],
      power: ['ipmitool'],
      vendor: ['ipmitool', 'no-vendor'],
    },
    properties: { ...agentProperties, ...ipmiProperties, ...bootProperties },
  },
  redfish: {
    supported: {
      ...generic,
      bios: ['redfish', 'no-bios'],
      boot: [...generic.boot, 'redfish-virtual-media', 'redfish-https'],
      console: ['redfish-graphical', 'ipmitool-socat', ...generic.console],
      firmware: ['redfish', 'no-firmware'],
      inspect: ['redfish', ...generic.inspect],
      management: ['redfish', 'noop'],
      power: ['redfish'],
      raid: ['redfish', 'no-raid', 'agent'],
      vendor: ['redfish', 'no-vendor'],
    },
    properties: { ...agentProperties, ...redfishProperties, ...ipmiProperties, ...bootProperties },
  },
  'manual-management': {
    supported: {
      ...generic,
      deploy: [...generic.deploy, 'noop'],
      management: ['noop', 'fake'],
      power: ['agent', 'fake'],
    },
    properties: { ...agentProperties, ...bootProperties },
  },
} as const satisfies Record<string, HardwareType>;

/** A `driver` that nodes may name. */
export type HardwareTypeName = keyof typeof hardwareTypes;

/** Is `value` a known driver? */
export function isHardwareType(value: string): value is HardwareTypeName {
  return Object.hasOwn(hardwareTypes, value);
}

/** Implementations that a plain server enables; those that Temper carries out, plus the fakes. */
export const enabledByDefault: Implementations = {
  bios: ['fake', 'redfish', 'no-bios'],
  boot: ['fake', 'ipxe', 'pxe', 'redfish-virtual-media'],
  console: ['fake', 'ipmitool-socat', 'no-console'],
  deploy: ['fake', 'direct', 'ramdisk'],
  firmware: ['fake', 'redfish', 'no-firmware'],
  inspect: ['fake', 'agent', 'redfish', 'no-inspect'],
  management: ['fake', 'ipmitool', 'redfish', 'noop'],
  network: ['noop'],
  power: ['fake', 'ipmitool', 'redfish', 'agent'],
  raid: ['fake', 'agent', 'redfish', 'no-raid'],
  rescue: ['fake', 'agent', 'no-rescue'],
  storage: ['noop', 'fake'],
  vendor: ['fake', 'ipmitool', 'redfish', 'no-vendor'],
};

/** First API minor version that shows and takes `<name>_interface`. */
export const interfaceMinVersions = {
  network: 20,
  boot: 31,
  console: 31,
  deploy: 31,
  inspect: 31,
  management: 31,
  power: 31,
  raid: 31,
  vendor: 31,
  storage: 33,
  rescue: 38,
  bios: 40,
  firmware: 86,
} as const satisfies Record<InterfaceName, number>;

/** Defaults that the configuration names whatever the hardware type prefers (Ironic default_*_interface). */
export const configuredDefaults: Readonly<Partial<Record<InterfaceName, string>>> = {
  network: 'noop',
  storage: 'noop',
};

/** What of a driver's implementations a server offers. */
export interface InterfaceConfig {
  readonly enabled?: Implementations;
  readonly defaults?: Readonly<Partial<Record<InterfaceName, string | undefined>>>;
}

function supportedBy(driver: HardwareTypeName, name: InterfaceName): readonly string[] {
  const supported: Implementations = hardwareTypes[driver].supported;
  return supported[name];
}

/** The enabled implementations that the driver supports, most preferred first (`enabled_X_interfaces` of a driver). */
export function enabledInterfaces(
  driver: HardwareTypeName,
  name: InterfaceName,
  { enabled = enabledByDefault }: InterfaceConfig = {},
): string[] {
  return supportedBy(driver, name).filter((implementation) => enabled[name].includes(implementation));
}

/** The implementation of a node that names none; undefined when nothing enabled is supported (Ironic answers 400). */
export function defaultInterface(
  driver: HardwareTypeName,
  name: InterfaceName,
  config: InterfaceConfig = {},
): string | undefined {
  const offered = enabledInterfaces(driver, name, config);
  const configured = (config.defaults ?? configuredDefaults)[name];
  if (configured === undefined) return offered[0];
  const fits = offered.includes(configured) || (driver === 'fake-hardware' && isEnabled(name, configured, config));
  return fits ? configured : undefined;
}

function isEnabled(name: InterfaceName, implementation: string, { enabled = enabledByDefault }: InterfaceConfig) {
  return enabled[name].includes(implementation);
}
