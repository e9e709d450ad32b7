/** Boot devices by management interface (Ironic drivers/modules/{fake,ipmitool,noop}.py, redfish/management.py). */
const devices: Readonly<Record<string, readonly string[]>> = {
  fake: ['pxe'],
  ipmitool: ['pxe', 'disk', 'cdrom', 'bios', 'safe'],
  redfish: ['pxe', 'disk', 'cdrom', 'bios', 'uefihttp'],
  noop: ['pxe', 'disk'],
};

/** What PUT management/boot_device takes for a node with that management interface. */
export function supportedBootDevices(managementInterface: string): readonly string[] {
  return devices[managementInterface] ?? [];
}
