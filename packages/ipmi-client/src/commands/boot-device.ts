/**
 * What a machine may boot from, by the 4-bit selector of the boot flags (IPMI 2.0 §28.13, table 28-14, parameter 5,
 * byte 2 bits 5:2). `safe` is "disk, safe mode", `bios` the set-up menu, the `remote-` ones are media that the BMC
 * itself connects. `none` means no override: the machine follows its own order.
 */
export const BOOT_DEVICES = {
  none: 0x0,
  pxe: 0x1,
  disk: 0x2,
  safe: 0x3,
  diagnostic: 0x4,
  cdrom: 0x5,
  bios: 0x6,
  'remote-floppy': 0x7,
  'remote-cdrom': 0x8,
  'remote-media': 0x9,
  'remote-disk': 0xb,
  floppy: 0xf,
} as const;

/** A name of {@link BOOT_DEVICES}. */
export type BootDevice = keyof typeof BOOT_DEVICES;

/** The name of a selector; reserved selectors read as `none`, since no firmware acts on them. */
export function bootDeviceOf(selector: number): BootDevice {
  for (const [name, value] of Object.entries(BOOT_DEVICES)) {
    if (value === selector && isBootDevice(name)) return name;
  }
  return 'none';
}

/** Is this text a boot device that the protocol can name? */
export function isBootDevice(name: string): name is BootDevice {
  return Object.hasOwn(BOOT_DEVICES, name);
}
