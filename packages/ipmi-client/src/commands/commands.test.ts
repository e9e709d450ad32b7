import { describe, expect, it } from 'vitest';
import { hex } from '../vectors/known-answers.js';
import { TruncatedError } from '../wire/reader.js';
import { BOOT_DEVICES, bootDeviceOf, isBootDevice } from './boot-device.js';
import { decodeBootFlags, encodeBootFlags } from './boot-flags.js';
import { chassisControl } from './chassis-control.js';
import type { Command } from './command.js';
import { getBootFlags } from './get-boot-options.js';
import { getChassisStatus } from './get-chassis-status.js';
import { getDeviceId } from './get-device-id.js';
import { closeSession, getAuthenticationCapabilities, setSessionPrivilege } from './session-commands.js';
import { keepBootFlags, setBootFlags } from './set-boot-options.js';

const once = { valid: true, persistent: false, efi: false, device: 'pxe' } as const;

function bytesOf({ netFn, code, data }: Command<unknown>): string {
  return Buffer.concat([Buffer.from([netFn, code]), data]).toString('hex');
}

describe('requests', () => {
  it.each<[string, Command<unknown>]>([
    ['0001', getChassisStatus()],
    ['000200', chassisControl('off')],
    ['000201', chassisControl('on')],
    ['000202', chassisControl('cycle')],
    ['000203', chassisControl('reset')],
    ['000204', chassisControl('nmi')],
    ['000205', chassisControl('soft')],
    ['00080308', keepBootFlags()], // as Ironic sends it
    ['0008058004000000', setBootFlags(once)],
    ['000805a004000000', setBootFlags({ ...once, efi: true })],
    ['000805c004000000', setBootFlags({ ...once, persistent: true })],
    ['000805e008000000', setBootFlags({ ...once, persistent: true, efi: true, device: 'disk' })],
    ['0008050000000000', setBootFlags({ ...once, valid: false, device: 'none' })],
    ['0009050000', getBootFlags()],
    ['0601', getDeviceId()],
    ['06388e04', getAuthenticationCapabilities('administrator')],
    ['063b03', setSessionPrivilege('operator')],
    ['063c44332211', closeSession(0x11223344)],
  ])('%s is what the specification says', (expected, command) => {
    expect(bytesOf(command)).toBe(expected);
  });

  it('may be repeated, except those that act each time they arrive', () => {
    const actions = ['off', 'on', 'cycle', 'reset', 'nmi', 'soft'] as const;
    expect(actions.filter((action) => chassisControl(action).repeatable)).toEqual(['off', 'on']);
  });
});

/** Answers of real BMCs, and the fewest bytes that must do. */
const answers: [what: string, command: Command<unknown>, answer: string, needed: number, expected: object][] = [
  ['ipmi_sim, off', getChassisStatus(), '000000', 3, { poweredOn: false, restorePolicy: 'off', identify: undefined }],
  ['goipmi-server, off', getChassisStatus(), '00400086', 3, { poweredOn: false }],
  [
    'faults',
    getChassisStatus(),
    '7f006d',
    3,
    {
      poweredOn: true,
      powerOverload: true,
      interlock: true,
      powerFault: true,
      powerControlFault: true,
      restorePolicy: 'unknown',
      intrusion: true,
      driveFault: true,
      fanFault: true,
      identify: 'on',
    },
  ],
  [
    'ipmi_sim',
    getDeviceId(),
    '00030908029f911200020f00000000',
    11,
    {
      firmwareRevision: '9.08',
      ipmiVersion: '2.0',
      manufacturerId: 0x1291,
      productId: 0x0f02,
      updating: false,
    },
  ],
  [
    'goipmi-server, version unswapped',
    getDeviceId(),
    '20010100203b5701000100',
    11,
    {
      ipmiVersion: '2.0',
      manufacturerId: 343,
    },
  ],
  ['a BMC in an update', getDeviceId(), '20018102513b5701000100', 11, { updating: true, ipmiVersion: '1.5' }],
  ['goipmi-server', getBootFlags(), '0105e004000000', 4, { valid: true, persistent: true, efi: true, device: 'pxe' }],
  ['ipmi_sim', getBootFlags(), '01050004000000', 4, { valid: false, device: 'pxe' }],
  ['a parameter marked invalid', getBootFlags(), '0185e004000000', 4, { valid: false }],
  ['ipmi_sim', getAuthenticationCapabilities('user'), '0195040300000000', 4, { rmcpPlus: true }],
  ['IPMI 1.5', getAuthenticationCapabilities('user'), '0115040000000000', 4, { rmcpPlus: false }],
];

describe.each(answers)('an answer (%s)', (_what, command, answer, needed, expected) => {
  it(`to ${command.name} reads as meant, and cut anywhere is too short`, () => {
    expect(command.decode(hex(answer))).toMatchObject(expected);
    for (let length = 0; length < needed; length += 1) {
      expect(() => command.decode(hex(answer).subarray(0, length))).toThrow(TruncatedError);
    }
    expect(command.decode(hex(answer).subarray(0, needed))).toMatchObject(expected);
  });
});

describe('boot flags', () => {
  it('come back as they were for every device', () => {
    for (const device of Object.keys(BOOT_DEVICES)) {
      if (!isBootDevice(device)) throw new Error(device);
      for (const bits of [0, 1, 2, 3, 4, 5, 6, 7]) {
        const flags = { valid: (bits & 1) === 1, persistent: (bits & 2) === 2, efi: (bits & 4) === 4, device };
        const [first = 0, second = 0] = encodeBootFlags(flags);
        expect(decodeBootFlags(first, second)).toEqual(flags);
      }
    }
  });

  it('with a reserved device name none', () => {
    expect(bootDeviceOf(0x0a)).toBe('none');
    expect(isBootDevice('tape')).toBe(false);
    expect(isBootDevice('toString')).toBe(false);
  });
});
