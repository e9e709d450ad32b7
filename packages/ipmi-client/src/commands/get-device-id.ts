import { Reader } from '../wire/reader.js';
import { NET_FN, type Command } from './command.js';

/** What kind of BMC this is (IPMI 2.0 §20.1). */
export interface DeviceId {
  deviceId: number;
  deviceRevision: number;
  /** E.g. `9.08`. */
  firmwareRevision: string;
  /** True while the BMC starts or updates itself: most commands fail then. */
  updating: boolean;
  /** E.g. `2.0`. */
  ipmiVersion: string;
  /** IANA enterprise number, e.g. 674 for Dell. */
  manufacturerId: number;
  productId: number;
}

/*
 * Response: id · revision(3:0) · firmware major(6:0; 7 updating) · firmware minor(BCD) · IPMI version(BCD, nibbles
 * swapped) · support · manufacturer(3) · product(2) · [auxiliary(4)]
 */

/** Asks the BMC what it is: the cheapest command that every BMC has. */
export function getDeviceId(): Command<DeviceId> {
  return {
    name: 'Get Device ID',
    netFn: NET_FN.app,
    code: 0x01,
    data: Buffer.alloc(0),
    repeatable: true,
    decode(data) {
      const reader = new Reader(data);
      const deviceId = reader.u8();
      const deviceRevision = reader.u8() & 0x0f;
      const major = reader.u8();
      const minor = reader.u8();
      const version = reader.u8();
      return {
        deviceId,
        deviceRevision,
        firmwareRevision: `${major & 0x7f}.${minor.toString(16).padStart(2, '0')}`,
        updating: (major & 0x80) !== 0,
        ipmiVersion: ipmiVersion(version),
        manufacturerId: reader.skip(1).u24(),
        productId: reader.u16(),
      };
    },
  };
}

/** `02h` is 2.0. go-ipmi's server (0.9.1) sends 20h; no version 0.x exists, so that is 2.0 as well. */
function ipmiVersion(byte: number): string {
  const low = byte & 0x0f;
  const high = byte >> 4;
  return low === 0 ? `${high}.${low}` : `${low}.${high}`;
}
