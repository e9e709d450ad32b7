import type { BootDevice } from './commands/boot-device.js';
import type { BootFlags } from './commands/boot-flags.js';
import { chassisControl, type ChassisAction } from './commands/chassis-control.js';
import type { Command } from './commands/command.js';
import { getBootFlags } from './commands/get-boot-options.js';
import { getChassisStatus, type ChassisStatus } from './commands/get-chassis-status.js';
import { getDeviceId, type DeviceId } from './commands/get-device-id.js';
import { keepBootFlags, setBootFlags } from './commands/set-boot-options.js';
import { now, type Patience } from './client/patience.js';
import { IpmiCompletionCodeError, IpmiUnsupportedError } from './errors.js';

/** How long a call may take, and who may end it. */
export interface CallOptions {
  /** Ends the call with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** For everything: waiting for earlier requests, log-in, retransmissions. Default: the client's. */
  deadlineMs?: number | undefined;
}

/** How to boot, besides from where. */
export interface BootOptions extends CallOptions {
  /** For every boot; default the next one only. */
  persistent?: boolean | undefined;
  /** In UEFI mode; default legacy BIOS. */
  efi?: boolean | undefined;
}

/** A request that the client has no name for. */
export interface RawRequest {
  /** Even network function, 0 to 62. */
  netFn: number;
  command: number;
  data?: Buffer | undefined;
  /** May it be sent again when an answer is lost? Default no. */
  repeatable?: boolean | undefined;
}

/**
 * One BMC. Every method throws an {@link IpmiError} whose `code` says what went wrong, or the reason of an aborted
 * signal. All but the marked ones may be repeated.
 */
export class Bmc {
  readonly #request: <T>(command: Command<T>, patience: Patience) => Promise<T>;
  readonly #deadlineMs: number;

  /** Made by the client. */
  constructor(request: <T>(command: Command<T>, patience: Patience) => Promise<T>, deadlineMs: number) {
    this.#request = request;
    this.#deadlineMs = deadlineMs;
  }

  /** Reads power and chassis state. */
  getChassisStatus(options: CallOptions = {}): Promise<ChassisStatus> {
    return this.#request(getChassisStatus(), this.#patience(options));
  }

  /**
   * Asks for a change of power; it has not happened yet when this returns. `off` and `on` may be repeated. `cycle`,
   * `reset`, `nmi` and `soft` are sent once. A call that was aborted may have been executed.
   * @throws IpmiUnknownOutcomeError if such a one was sent and its answer lost: read the status before asking again.
   */
  chassisControl(action: ChassisAction, options: CallOptions = {}): Promise<void> {
    return this.#request(chassisControl(action), this.#patience(options));
  }

  /** Reads the boot flags; `valid: false` means that no override is set. */
  getBootDevice(options: CallOptions = {}): Promise<BootFlags> {
    return this.#request(getBootFlags(), this.#patience(options));
  }

  /**
   * Sets where to boot from. Some BMCs accept `persistent` and `efi` and lose them: read back where it matters.
   * `none` removes the override.
   */
  async setBootDevice(device: BootDevice, options: BootOptions = {}): Promise<void> {
    const patience = this.#patience(options);
    try {
      await this.#request(keepBootFlags(), patience);
    } catch (error) {
      // A BMC without this parameter clears the flags after 60 s without a power command; that is all.
      if (!(error instanceof IpmiCompletionCodeError) && !(error instanceof IpmiUnsupportedError)) throw error;
    }
    const { persistent = false, efi = false } = options;
    await this.#request(setBootFlags({ valid: device !== 'none', device, persistent, efi }), patience);
  }

  /** Asks what kind of BMC it is. */
  getDeviceId(options: CallOptions = {}): Promise<DeviceId> {
    return this.#request(getDeviceId(), this.#patience(options));
  }

  /**
   * Sends any request and returns the bytes after the completion code. Repeatable only if the request says so.
   * @throws IpmiCompletionCodeError with the code, if it is not 0 and no other error fits.
   */
  raw(request: RawRequest, options: CallOptions = {}): Promise<Buffer> {
    const { netFn, command, data = Buffer.alloc(0), repeatable = false } = request;
    const name = `raw request ${hex(netFn)} ${hex(command)}`;
    const decode = (bytes: Buffer): Buffer => Buffer.from(bytes);
    return this.#request({ name, netFn, code: command, data, repeatable, decode }, this.#patience(options));
  }

  #patience({ signal, deadlineMs = this.#deadlineMs }: CallOptions): Patience {
    return { deadline: now() + deadlineMs, signals: signal ? [signal] : [] };
  }
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
