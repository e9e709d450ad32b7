import { SimulatedBmc, type BmcCommandRecord, type ChassisAction } from 'ipmi-client/testing';
import type { RamdiskHost } from './agent/ramdisk-host.js';
import { StepTable } from './agent/step-table.js';
import { Boot, type BootMachine, type BootOverride, type FrozenBoot } from './boot.js';
import type { Disk } from './disk.js';
import type { Faults } from './faults.js';
import type { MachineIdentity } from './identity.js';
import { MachineLog, type LogEntry } from './machine-log.js';
import type { MachineStore, SavedMachine } from './machine-store.js';
import { pause } from './pause.js';
import { draw, type Timings } from './timings.js';

/** What a machine is made of. */
export interface MachineParts {
  /** Its BMC port is the wished one: 0, or one that is taken, becomes another. */
  readonly identity: MachineIdentity;
  readonly saved: SavedMachine;
  readonly store: MachineStore;
  readonly disk: Disk;
  readonly timings: Timings;
  readonly bootUrl: string;
  readonly onLog: (entry: LogEntry) => void;
}

/**
 * A machine: a BMC on a real UDP socket, firmware that asks it for the boot device, a disk, and whatever the boot
 * leads to. Power off, reset and cycle end everything in it at once.
 */
export class Machine implements BootMachine {
  readonly faults: Faults = { bmc: {}, machine: {} };
  readonly steps = new StepTable();
  readonly log: MachineLog;
  readonly #parts: MachineParts;
  readonly #closed = new AbortController();
  #bmc: SimulatedBmc;
  #port: number;
  /** Used when the BMC holds no override: that of an earlier fleet process, or a choice at the boot menu. */
  #override: (BootOverride & { readonly persistent: boolean }) | undefined;
  #session: { readonly power: AbortController; readonly boot: Boot; readonly ended: Promise<void> } | undefined;
  /** Chassis actions take effect one after the other. */
  #actions: Promise<void> = Promise.resolve();

  private constructor(parts: MachineParts) {
    this.#parts = parts;
    this.log = new MachineLog(parts.onLog);
    this.#port = parts.identity.bmc.port;
    this.#bmc = this.#createBmc(this.#port);
    this.#override = parts.saved.boot.valid ? parts.saved.boot : undefined;
  }

  /**
   * Starts the BMC. A machine that was on when the fleet was stopped goes on where it was, or boots again the same way;
   * after a crash of the fleet it boots as after a power failure.
   */
  static async start(parts: MachineParts): Promise<Machine> {
    const machine = new Machine(parts);
    await machine.#listen();
    if (parts.saved.power === 'on') machine.#switchOn(parts.saved.session);
    await machine.#save();
    return machine;
  }

  get identity(): MachineIdentity {
    const { identity } = this.#parts;
    return { ...identity, bmc: { ...identity.bmc, port: this.#port } };
  }

  get disk(): Disk {
    return this.#parts.disk;
  }

  get power(): 'on' | 'off' {
    return this.#session ? 'on' : 'off';
  }

  /** What runs; undefined while the machine is off. */
  get boot(): Boot | undefined {
    return this.#session?.boot;
  }

  /** Commands that the BMC executed, oldest first. */
  get bmcLog(): readonly BmcCommandRecord[] {
    return this.#bmc.commands;
  }

  get firmware(): 'bios' | 'uefi' {
    return this.#parts.identity.firmware;
  }

  get bootUrl(): string {
    return this.#parts.bootUrl;
  }

  /** Replaces all faults. */
  setFaults({ bmc, machine }: Faults): void {
    this.faults.bmc = bmc;
    this.faults.machine = machine;
    this.#bmc.faults = bmc;
    this.log.add('faults', JSON.stringify(this.faults));
  }

  /**
   * Somebody at the machine: presses its power button, and may choose a device at the boot menu, for one boot. The BMC
   * is not asked and only sees the outcome.
   */
  press(action: ChassisAction, bootDevice?: string): void {
    this.log.add('front panel', bootDevice === undefined ? action : `${action}, boot menu: ${bootDevice}`);
    if (bootDevice !== undefined) {
      this.#override = { device: bootDevice, efi: this.firmware === 'uefi', persistent: false };
    }
    this.#control(action);
  }

  /** Ends everything and keeps the state, power included, for the next start. */
  async close(): Promise<void> {
    const { power } = this;
    const session = this.#session?.boot.freeze();
    this.#closed.abort(new Error('the fleet stopped'));
    this.#session?.power.abort(new Error('the fleet stopped'));
    await this.#bmc.close();
    await this.#session?.ended;
    await this.#save(power, session);
  }

  takeBootOverride(): BootOverride {
    const taken = this.#bmc.takeBootDevice();
    const override = this.#override;
    if (taken.device !== 'none' || override?.persistent !== true) this.#override = undefined;
    this.#saveSoon();
    return taken.device === 'none' && override ? override : taken;
  }

  powerOff(): void {
    this.#switchOff('power off');
  }

  ramdisk(bootMode: 'bios' | 'uefi', power: AbortSignal): RamdiskHost {
    const { log, steps, faults, disk } = this;
    return {
      identity: this.identity,
      disk,
      steps,
      bootMode,
      timings: this.#parts.timings,
      address: this.identity.bmc.address,
      get faults() {
        return faults.machine;
      },
      log: (event, detail) => {
        if (!power.aborted) log.add(event, detail);
      },
      journal: () => log.journal(),
      shutDown: (how, afterwards) => void this.#shutDown(how, power, afterwards),
    };
  }

  #createBmc(port: number): SimulatedBmc {
    const { bmc } = this.#parts.identity;
    return new SimulatedBmc({
      host: bmc.address,
      port,
      users: [{ name: bmc.username, password: bmc.password, privilege: 'administrator' }],
      hardware: {
        isPoweredOn: () => this.#session !== undefined,
        control: (action) => this.#control(action),
      },
      log: (record) => this.#onCommand(record),
    });
  }

  async #listen(): Promise<void> {
    try {
      this.#port = (await this.#bmc.listen()).port;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
      this.#bmc = this.#createBmc(0);
      this.#port = (await this.#bmc.listen()).port;
      this.log.add('bmc port taken', `${this.#parts.identity.bmc.port} is in use: the BMC listens on ${this.#port}`);
    }
  }

  #onCommand({ name, detail, completionCode }: BmcCommandRecord): void {
    if (detail === undefined || completionCode !== 0) return;
    this.log.add('bmc', detail);
    if (name !== 'Set System Boot Options') return;
    if (this.#bmc.bootFlags.valid) this.#override = undefined;
    this.#saveSoon();
  }

  #control(action: ChassisAction): void {
    const power = this.#session?.power.signal;
    if (action === 'soft') void (power && this.#shutDown('off', power, Promise.resolve()));
    else if (action === 'nmi') this.log.add('diagnostic interrupt');
    else this.#actions = this.#actions.then(() => this.#act(action)).catch(() => undefined);
  }

  async #act(action: 'off' | 'on' | 'cycle' | 'reset'): Promise<void> {
    const { powerChange } = this.#parts.timings;
    const wasOn = this.#session !== undefined;
    await pause(draw(powerChange), this.#closed.signal);
    if (action !== 'on' && wasOn) this.#switchOff(action === 'reset' ? 'reset' : 'power off');
    if (action === 'cycle' && wasOn) await pause(draw(powerChange), this.#closed.signal);
    if (action === 'on' || (action !== 'off' && wasOn)) this.#switchOn();
  }

  /** The operating system, ramdisk or firmware shuts down by itself. */
  async #shutDown(how: 'off' | 'reboot', power: AbortSignal, afterwards: Promise<void>): Promise<void> {
    try {
      await afterwards;
      await pause(draw(this.#parts.timings.shutdown), power);
    } catch {
      return; // The power went first.
    }
    if (this.faults.machine.ignoreSoftOff) {
      this.log.add('shutdown ignored', 'fault ignoreSoftOff');
      return;
    }
    this.#switchOff(how === 'off' ? 'power off' : 'restart');
    if (how === 'reboot') this.#switchOn();
  }

  #switchOn(frozen?: FrozenBoot): void {
    if (this.#session || this.#closed.signal.aborted) return;
    const power = new AbortController();
    this.log.boot++;
    this.log.add(frozen ? 'resumed' : 'power on');
    if (frozen && 'override' in frozen) this.#override ??= { ...frozen.override, persistent: false };
    const boot = new Boot(this, power.signal);
    const run = frozen && 'agent' in frozen ? boot.resume(frozen.agent) : boot.run();
    const ended = run.catch((error: unknown) => {
      if (!power.signal.aborted) this.log.add('simulation error', String(error));
    });
    this.#session = { power, boot, ended };
    this.#saveSoon();
  }

  #switchOff(event: string): void {
    const session = this.#session;
    if (!session) return;
    this.#session = undefined;
    session.power.abort(new Error(event));
    this.log.add(event);
    this.#saveSoon();
  }

  #saveSoon(): void {
    this.#save().catch((error: unknown) => this.log.add('state not saved', String(error)));
  }

  #save(power = this.power, session?: FrozenBoot): Promise<void> {
    const { saved, store, identity } = this.#parts;
    const { username, password } = identity.bmc;
    const flags = this.#bmc.bootFlags;
    const boot = this.#override && !flags.valid ? { valid: true, ...this.#override } : { ...flags };
    return store.save({ ...saved, bmc: { port: this.#port, username, password }, power, boot, session });
  }
}
