import { CHASSIS_ACTIONS } from '../commands/chassis-control.js';
import { PRIVILEGES } from '../commands/session-commands.js';
import { CIPHER_SUITES } from '../crypto/cipher-suites.js';
import type { BootOptionStore } from './boot-options.js';
import { CODE, ok, refuse, type Reply } from './reply.js';
import type { BmcFaults, ChassisAction, ChassisHardware } from './types.js';

/** What handlers work on. */
export interface BmcState {
  hardware: ChassisHardware;
  boot: BootOptionStore;
  faults: BmcFaults;
  guid: Buffer;
  cipherSuites: readonly number[];
  hasKg: boolean;
  restorePolicy: number;
  identify: boolean;
  /** For Get POH Counter. */
  startedAt: number;
}

/** The session that a command came in; undefined outside any. */
export interface Caller {
  id: number;
  user: string;
  /** What the session may be raised to. */
  limit: number;
  level: number;
  close(): void;
}

/** One command that the BMC knows. */
export interface Handler {
  name: string;
  /** Least session privilege (Appendix G); 0: also outside a session. */
  privilege: number;
  run(data: Buffer, state: BmcState, caller: Caller | undefined): Reply;
}

const CHASSIS = 0x00;
const APP = 0x06;
const { user: USER, operator: OPERATOR } = PRIVILEGES;
const CALLBACK = 1;

/** Command → privilege → handler, by network function and command number. */
const HANDLERS: ReadonlyMap<number, Handler> = new Map([
  on(CHASSIS, 0x00, 'Get Chassis Capabilities', USER, () => ok([0, 0x20, 0x20, 0x20, 0x20])),
  on(CHASSIS, 0x01, 'Get Chassis Status', USER, getChassisStatus),
  on(CHASSIS, 0x02, 'Chassis Control', OPERATOR, chassisControl),
  on(CHASSIS, 0x04, 'Chassis Identify', OPERATOR, chassisIdentify),
  on(CHASSIS, 0x06, 'Set Power Restore Policy', OPERATOR, setPowerRestorePolicy),
  on(CHASSIS, 0x07, 'Get System Restart Cause', USER, () => ok([0x01, 0x01])),
  on(CHASSIS, 0x08, 'Set System Boot Options', OPERATOR, (data, { boot, faults }) =>
    boot.set(data, faults.forgetBootFlags === true),
  ),
  on(CHASSIS, 0x09, 'Get System Boot Options', OPERATOR, (data, { boot }) => boot.get(data)),
  on(CHASSIS, 0x0f, 'Get POH Counter', USER, getPohCounter),
  on(APP, 0x01, 'Get Device ID', USER, () => ok(DEVICE_ID)),
  on(APP, 0x04, 'Get Self Test Results', USER, () => ok([0x55, 0x00])),
  on(APP, 0x08, 'Get Device GUID', USER, (_data, { guid }) => ok(guid)),
  on(APP, 0x37, 'Get System GUID', 0, (_data, { guid }) => ok(guid)),
  on(APP, 0x38, 'Get Channel Authentication Capabilities', 0, getAuthenticationCapabilities),
  on(APP, 0x3b, 'Set Session Privilege Level', USER, setSessionPrivilege),
  on(APP, 0x3c, 'Close Session', CALLBACK, closeSession),
  on(APP, 0x54, 'Get Channel Cipher Suites', 0, getCipherSuites),
]);

/** The handler of a command, or undefined if this BMC does not know it. */
export function handlerOf(netFn: number, command: number): Handler | undefined {
  return HANDLERS.get((netFn << 8) | command);
}

function on(
  netFn: number,
  command: number,
  name: string,
  privilege: number,
  run: Handler['run'],
): [key: number, handler: Handler] {
  return [(netFn << 8) | command, { name, privilege, run }];
}

/**
 * §20.1: id 20h, revision 1, firmware 1.02, IPMI 2.0, a chassis device. Manufacturer 7154 is the number that the
 * specification's authors registered for IPMI itself, product 0001h.
 */
const DEVICE_ID = [0x20, 0x01, 0x01, 0x02, 0x02, 0x80, 0xf2, 0x1b, 0x00, 0x01, 0x00, 0, 0, 0, 0];

function getChassisStatus(_data: Buffer, { hardware, faults, restorePolicy, identify }: BmcState): Reply {
  const isOn = faults.reportedPower === undefined ? hardware.isPoweredOn() : faults.reportedPower === 'on';
  return ok([(restorePolicy << 5) | (isOn ? 1 : 0), isOn ? 0x10 : 0, 0x40 | (identify ? 0x10 : 0)]);
}

function chassisControl(data: Buffer, { hardware, faults, boot }: BmcState): Reply {
  if (data.length !== 1) return refuse(CODE.wrongLength);
  const action = chassisAction(data[0] ?? 0);
  if (action === undefined) return refuse(CODE.invalidField);
  const needsPower = action === 'cycle' || action === 'reset' || action === 'nmi';
  if (needsPower && !hardware.isPoweredOn()) return refuse(CODE.notInPresentState);
  boot.noteControl();
  if (faults.ignoreChassisControl !== true) hardware.control(action);
  return ok([], `power ${action}`);
}

function chassisAction(value: number): ChassisAction | undefined {
  const actions: [ChassisAction, number][] = [
    ['off', CHASSIS_ACTIONS.off],
    ['on', CHASSIS_ACTIONS.on],
    ['cycle', CHASSIS_ACTIONS.cycle],
    ['reset', CHASSIS_ACTIONS.reset],
    ['nmi', CHASSIS_ACTIONS.nmi],
    ['soft', CHASSIS_ACTIONS.soft],
  ];
  return actions.find(([, number]) => number === (value & 0x0f))?.[0];
}

function chassisIdentify(data: Buffer, state: BmcState): Reply {
  const [seconds = 15, force = 0] = data;
  state.identify = seconds > 0 || (force & 1) === 1;
  return ok([], state.identify ? 'identify on' : 'identify off');
}

function setPowerRestorePolicy(data: Buffer, state: BmcState): Reply {
  const policy = (data[0] ?? 0xff) & 0x07;
  if (data.length !== 1) return refuse(CODE.wrongLength);
  if (policy > 3) return refuse(CODE.invalidField);
  if (policy < 3) state.restorePolicy = policy;
  return ok([0x07]);
}

/** §28.14: minutes a count, count(4). */
function getPohCounter(_data: Buffer, { startedAt }: BmcState): Reply {
  const reply = Buffer.from([60, 0, 0, 0, 0]);
  reply.writeUInt32LE(Math.floor((Date.now() - startedAt) / 3_600_000), 1);
  return ok(reply);
}

/** §22.13. IPMI 2.0 only: without the bit that asks for its data, no authentication type is left to offer. */
function getAuthenticationCapabilities(data: Buffer, { hasKg }: BmcState): Reply {
  if (data.length !== 2) return refuse(CODE.wrongLength);
  const extended = ((data[0] ?? 0) & 0x80) !== 0;
  return ok([1, extended ? 0x80 : 0, (hasKg ? 0x20 : 0) | 0x04, extended ? 0x02 : 0, 0, 0, 0, 0]);
}

/** §22.18: level 0 reads; 81h above the user's limit. */
function setSessionPrivilege(data: Buffer, _state: BmcState, caller: Caller | undefined): Reply {
  const level = (data[0] ?? 0) & 0x0f;
  if (caller === undefined) return refuse(CODE.insufficientPrivilege);
  if (level > PRIVILEGES.administrator || level === 1) return refuse(CODE.outOfRange);
  if (level > caller.limit) return refuse(CODE.privilegeUnavailable);
  if (level !== 0) caller.level = level;
  return ok([caller.level], `privilege ${caller.level}`);
}

/** §22.19: only its own session may be closed here. */
function closeSession(data: Buffer, _state: BmcState, caller: Caller | undefined): Reply {
  if (data.length !== 4) return refuse(CODE.wrongLength);
  if (caller === undefined || data.readUInt32LE() !== caller.id) return refuse(0x87);
  caller.close();
  return ok();
}

/** §22.15: channel · payload type · list index (bit 7: list by suite); 16 bytes of records a reply. */
function getCipherSuites(data: Buffer, { cipherSuites }: BmcState): Reply {
  if (data.length !== 3) return refuse(CODE.wrongLength);
  const records = cipherSuites.flatMap((id) => {
    const suite = CIPHER_SUITES.get(id);
    return suite ? [0xc0, id, suite.authentication.id, 0x40 | suite.integrity.id, 0x80 | suite.confidentiality] : [];
  });
  const start = ((data[2] ?? 0) & 0x3f) * 16;
  return ok([1, ...records.slice(start, start + 16)]);
}
