import { encodeBootFlags, type BootFlags } from './boot-flags.js';
import { NET_FN, nothing, type Command } from './command.js';

/**
 * Tells the BMC to keep the boot flags although no control command follows within 60 s (IPMI 2.0 §28.13, parameter 3,
 * bit 3), as Ironic does. Some BMCs, e.g. OpenBMC, refuse it: that is no failure.
 */
export function keepBootFlags(): Command<void> {
  return setBootOption(0x03, Buffer.from([0x08]));
}

/** Sets the boot flags (IPMI 2.0 §28.12, parameter 5). */
export function setBootFlags(flags: BootFlags): Command<void> {
  return setBootOption(0x05, encodeBootFlags(flags));
}

function setBootOption(parameter: number, value: Buffer): Command<void> {
  return {
    name: 'Set System Boot Options',
    netFn: NET_FN.chassis,
    code: 0x08,
    data: Buffer.concat([Buffer.from([parameter]), value]),
    repeatable: true,
    decode: nothing,
  };
}
