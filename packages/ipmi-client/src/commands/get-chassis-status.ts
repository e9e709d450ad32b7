import { Reader } from '../wire/reader.js';
import { NET_FN, type Command } from './command.js';

/** Power and chassis state (IPMI 2.0 §28.2). */
export interface ChassisStatus {
  poweredOn: boolean;
  /** Power was shut off by an overload. */
  powerOverload: boolean;
  /** Power is held off by an open cover or the like. */
  interlock: boolean;
  /** A fault of the main power subsystem. */
  powerFault: boolean;
  /** The BMC could not switch power as last asked. */
  powerControlFault: boolean;
  /** What the machine does when mains power returns. */
  restorePolicy: 'off' | 'previous' | 'on' | 'unknown';
  intrusion: boolean;
  driveFault: boolean;
  fanFault: boolean;
  /** The identify light; undefined where the BMC cannot tell. */
  identify: 'off' | 'timed' | 'on' | undefined;
}

const RESTORE_POLICIES = ['off', 'previous', 'on', 'unknown'] as const;
const IDENTIFY_STATES = ['off', 'timed', 'on'] as const;

/*
 * Response: power(0 on, 1 overload, 2 interlock, 3 fault, 4 control fault, 6:5 restore policy) · last power event ·
 * misc(0 intrusion, 1 lockout, 2 drive, 3 fan, 5:4 identify state, 6 identify known) · [front panel]
 */

/** Reads the power state. */
export function getChassisStatus(): Command<ChassisStatus> {
  return {
    name: 'Get Chassis Status',
    netFn: NET_FN.chassis,
    code: 0x01,
    data: Buffer.alloc(0),
    repeatable: true,
    decode(data) {
      const reader = new Reader(data);
      const power = reader.u8();
      const misc = reader.skip(1).u8();
      const bit = (byte: number, index: number): boolean => ((byte >> index) & 1) === 1;
      return {
        poweredOn: bit(power, 0),
        powerOverload: bit(power, 1),
        interlock: bit(power, 2),
        powerFault: bit(power, 3),
        powerControlFault: bit(power, 4),
        restorePolicy: RESTORE_POLICIES[(power >> 5) & 3] ?? 'unknown',
        intrusion: bit(misc, 0),
        driveFault: bit(misc, 2),
        fanFault: bit(misc, 3),
        identify: bit(misc, 6) ? IDENTIFY_STATES[(misc >> 4) & 3] : undefined,
      };
    },
  };
}
