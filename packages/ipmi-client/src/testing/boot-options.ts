import { decodeBootFlags, type BootFlags } from '../commands/boot-flags.js';
import { CODE, ok, refuse, type Reply } from './reply.js';

/** Boot flags expire when no chassis control command follows so soon (IPMI 2.0 §28.13, parameter 3 bit 3). */
const EXPIRY_MS = 60_000;
const KEEP_WITHOUT_CONTROL = 0x08;
const VALID = 0x80;
const PERSISTENT = 0x40;

/** Parameters served: set in progress, valid-bit clearing, boot info acknowledge, boot flags. */
const LENGTHS: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [3, 1],
  [4, 2],
  [5, 5],
]);
const CLEARING = 3;
const FLAGS = 5;

/** A BMC's System Boot Options. */
export class BootOptionStore {
  readonly #parameters = new Map([...LENGTHS].map(([parameter, length]) => [parameter, Buffer.alloc(length)]));
  #flagsSetAt = 0;
  #controlled = false;

  /** Set System Boot Options (§28.12): parameter (bit 7: mark invalid) · data. */
  set(data: Buffer, forgetful: boolean): Reply {
    const parameter = (data[0] ?? 0) & 0x7f;
    const value = Buffer.from(data.subarray(1));
    if (!this.#parameters.has(parameter)) return refuse(CODE.parameterNotSupported);
    if (value.length !== LENGTHS.get(parameter)) return refuse(CODE.wrongLength);
    if (parameter !== FLAGS) {
      this.#parameters.set(parameter, value);
      return ok([], `boot parameter ${parameter} = ${value.toString('hex')}`);
    }
    if (forgetful) value[0] = (value[0] ?? 0) & VALID;
    this.#parameters.set(FLAGS, value);
    this.#flagsSetAt = Date.now();
    this.#controlled = false;
    return ok([], describe(this.flags));
  }

  /** Get System Boot Options (§28.13): parameter · set · block. */
  get(data: Buffer): Reply {
    const parameter = (data[0] ?? 0) & 0x7f;
    if (data.length !== 3) return refuse(CODE.wrongLength);
    if (parameter === FLAGS) this.#expire();
    const value = this.#parameters.get(parameter);
    return value ? ok(Buffer.concat([Buffer.from([1, parameter]), value])) : refuse(CODE.parameterNotSupported);
  }

  /** A chassis control command came: flags that are set stay until used. */
  noteControl(): void {
    this.#expire();
    this.#controlled = true;
  }

  get flags(): BootFlags {
    this.#expire();
    const value = this.#flags();
    return decodeBootFlags(value[0] ?? 0, value[1] ?? 0);
  }

  /** Firmware's reading at power-on: flags for one boot are used up by it. */
  take(): BootFlags {
    const { flags } = this;
    if (!flags.persistent) this.#clear();
    return flags;
  }

  #expire(): void {
    const kept = ((this.#parameters.get(CLEARING)?.[0] ?? 0) & KEEP_WITHOUT_CONTROL) !== 0;
    const isPersistent = ((this.#flags()[0] ?? 0) & PERSISTENT) !== 0;
    if (kept || this.#controlled || isPersistent) return;
    if (Date.now() - this.#flagsSetAt > EXPIRY_MS) this.#clear();
  }

  #clear(): void {
    const value = this.#flags();
    value[0] = (value[0] ?? 0) & ~VALID;
  }

  #flags(): Buffer {
    return this.#parameters.get(FLAGS) ?? Buffer.alloc(5);
  }
}

function describe({ valid, device, efi, persistent }: BootFlags): string {
  return valid ? `boot ${device} ${efi ? 'uefi' : 'bios'} ${persistent ? 'persistent' : 'once'}` : 'boot flags cleared';
}
