import { Reader } from '../wire/reader.js';
import { decodeBootFlags, type BootFlags } from './boot-flags.js';
import { NET_FN, type Command } from './command.js';

/*
 * Request: parameter · set selector · block selector.
 * Response: version 01 · parameter (bit 7: invalid or locked) · parameter data.
 */

/** Reads the boot flags (IPMI 2.0 §28.13, parameter 5). A parameter marked invalid reads as flags that are not valid. */
export function getBootFlags(): Command<BootFlags> {
  return {
    name: 'Get System Boot Options',
    netFn: NET_FN.chassis,
    code: 0x09,
    data: Buffer.from([0x05, 0x00, 0x00]),
    repeatable: true,
    decode(data) {
      const reader = new Reader(data);
      const usable = (reader.skip(1).u8() & 0x80) === 0;
      const flags = decodeBootFlags(reader.u8(), reader.u8());
      return { ...flags, valid: usable && flags.valid };
    },
  };
}
