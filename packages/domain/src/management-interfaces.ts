/** Management functions that not every driver has, by the names that Ironic's texts call them (drivers/base.py). */
export type ManagementFunction =
  | 'inject_nmi'
  | 'set_boot_mode'
  | 'set_secure_boot_state'
  | 'get_supported_indicators'
  | 'get_indicator_state'
  | 'set_indicator_state'
  | 'get_virtual_media'
  | 'attach_virtual_media'
  | 'detach_virtual_media';

/** What a management interface can be asked for. */
export interface ManagementFacts {
  /** Boot devices that clients may set, in the order of Ironic's answer. */
  readonly bootDevices: readonly string[];
  readonly functions: readonly ManagementFunction[];
  /** Can images be served to its BMCs? (Ironic common/image_publisher.py) */
  readonly publishesImages: boolean;
}

const indicatorFunctions = ['get_supported_indicators', 'get_indicator_state', 'set_indicator_state'] as const;
const mediaFunctions = ['get_virtual_media', 'attach_virtual_media', 'detach_virtual_media'] as const;

/** By management_interface (Ironic drivers/modules/{fake,ipmitool,noop_mgmt}.py, redfish/management.py). */
const managementInterfaces: Readonly<Record<string, ManagementFacts>> = {
  fake: {
    bootDevices: ['pxe'],
    functions: ['get_supported_indicators', 'get_indicator_state'],
    publishesImages: false,
  },
  ipmitool: {
    bootDevices: ['pxe', 'disk', 'cdrom', 'bios', 'safe'],
    functions: ['inject_nmi'],
    publishesImages: false,
  },
  redfish: {
    bootDevices: ['pxe', 'disk', 'cdrom', 'bios', 'uefihttp'],
    functions: ['inject_nmi', 'set_boot_mode', 'set_secure_boot_state', ...indicatorFunctions, ...mediaFunctions],
    publishesImages: true,
  },
  noop: { bootDevices: ['pxe', 'disk'], functions: [], publishesImages: false },
};

const nothing: ManagementFacts = { bootDevices: [], functions: [], publishesImages: false };

/** The facts of a management interface; an unknown one can do nothing. */
export function managementFacts(managementInterface: string): ManagementFacts {
  return Object.hasOwn(managementInterfaces, managementInterface)
    ? (managementInterfaces[managementInterface] ?? nothing)
    : nothing;
}

/** Can nodes with that management interface be asked for it? */
export function canManage(managementInterface: string, wanted: ManagementFunction): boolean {
  return managementFacts(managementInterface).functions.includes(wanted);
}

/** Ironic's text (UnsupportedDriverExtension) for a function or an interface that a driver does not have. */
export function unsupportedText(driver: string, what: string): string {
  return `Driver ${driver} does not support ${what} (disabled or not implemented).`;
}
