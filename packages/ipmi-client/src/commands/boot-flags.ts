import { BOOT_DEVICES, bootDeviceOf, type BootDevice } from './boot-device.js';

/** The boot flags that matter to provisioning (IPMI 2.0 §28.13, parameter 5, bytes 1 and 2). */
export interface BootFlags {
  /** False: the machine ignores the rest (already used, expired after 60 s, or never set). */
  valid: boolean;
  /** True: for every boot from now on; false: the next boot only. */
  persistent: boolean;
  /** True: boot in UEFI mode; false: legacy BIOS. */
  efi: boolean;
  device: BootDevice;
}

/** The five data bytes of parameter 5: `80` once legacy, `A0` once UEFI, `C0` persistent legacy, `E0` persistent UEFI. */
export function encodeBootFlags(flags: BootFlags): Buffer {
  const first = (flags.valid ? 0x80 : 0) | (flags.persistent ? 0x40 : 0) | (flags.efi ? 0x20 : 0);
  return Buffer.from([first, BOOT_DEVICES[flags.device] << 2, 0, 0, 0]);
}

/** Reads the first two bytes of parameter 5. */
export function decodeBootFlags(first: number, second: number): BootFlags {
  return {
    valid: (first & 0x80) !== 0,
    persistent: (first & 0x40) !== 0,
    efi: (first & 0x20) !== 0,
    device: bootDeviceOf((second >> 2) & 0x0f),
  };
}
