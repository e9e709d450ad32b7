import { NodeInvalid } from '#domain/errors.js';
import { toBoolean } from '#domain/verb-body.js';
import type { Json } from '#database/secrets.js';
import type { BmcClient } from '../power/bmc.js';
import { askBmc } from '../power/ipmitool.js';
import type { VendorImplementation } from './implementation.js';

/** Network function and commands of Cold Reset and Warm Reset (IPMI 2.0 §20.2, §20.3). */
const app = 0x06;
const coldReset = 0x02;
const warmReset = 0x03;

/** The `ipmitool` vendor interface: raw requests, and a restart of the BMC itself (Ironic ipmitool.py VendorPassthru). */
export function ipmiVendor(client: BmcClient): VendorImplementation {
  return {
    async send_raw(node, args, limits) {
      const [netFn = 0, command = 0, ...data] = rawBytes(args['raw_bytes']);
      await askBmc(client, node, (bmc) => bmc.raw({ netFn, command, data: Buffer.from(data) }, limits));
      return null;
    },
    async bmc_reset(node, args, limits) {
      const command = isWarm(args['warm']) ? warmReset : coldReset;
      await askBmc(client, node, (bmc) => bmc.raw({ netFn: app, command }, limits));
      return null;
    },
  };
}

/**
 * `0x00 0x08 0x03`: network function, command, data; hexadecimal, octal or decimal as ipmitool reads them.
 * @throws NodeInvalid when it is no list of at least two bytes, or the network function is none of a request
 */
export function rawBytes(given: Json | undefined): number[] {
  const words = typeof given === 'string' ? given.trim().split(/\s+/) : [];
  const bytes = words.map(byteOf);
  const [netFn = 1] = bytes;
  if (bytes.length >= 2 && bytes.every((byte) => byte >= 0 && byte <= 0xff) && netFn % 2 === 0 && netFn <= 0x3e) {
    return bytes;
  }
  throw new NodeInvalid('raw_bytes is not a request to a BMC', {
    hint: 'give an even network function up to 0x3e, a command and data as bytes, such as "0x06 0x01"',
  });
}

/** NaN for what is no number. */
function byteOf(word: string): number {
  if (/^0x[0-9a-f]+$/i.test(word)) return Number.parseInt(word, 16);
  if (/^0[0-7]+$/.test(word)) return Number.parseInt(word, 8);
  return /^\d+$/.test(word) ? Number(word) : Number.NaN;
}

/** Absent is warm. @throws NodeInvalid for a word that says neither, where Ironic would reset cold */
function isWarm(given: Json | undefined): boolean {
  const warm = given === undefined || given === null ? true : toBoolean(given);
  if (warm !== undefined) return warm;
  throw new NodeInvalid('warm is neither true nor false', { hint: 'give true for a warm reset, false for a cold one' });
}
