import { SimulatedAgent, type AgentView } from './agent/agent.js';
import type { FrozenAgent } from './agent/frozen.js';
import { KernelParameters } from './agent/kernel-parameters.js';
import type { RamdiskHost } from './agent/ramdisk-host.js';
import { diskBoots, instanceFromNetwork, instanceOnDisk, type RunningInstance } from './instance.js';
import { fetchImage } from './ipxe/fetch.js';
import type { IpxeImage } from './ipxe/image.js';
import { runIpxe } from './ipxe/interpreter.js';
import type { IpxeOutcome } from './ipxe/state.js';
import { pause } from './pause.js';
import { draw } from './timings.js';

/** How far a machine that is switched on has come. */
export type BootStage =
  | 'firmware'
  | 'ipxe'
  | 'kernel'
  | 'agent'
  | 'instance'
  | 'no bootable device'
  | 'setup menu'
  | 'iPXE waits'
  | 'kernel panic';

/** What firmware reads from the BMC. */
export interface BootOverride {
  /** IPMI's name of the device; `none` = the machine's own order, which is the disk. */
  readonly device: string;
  readonly efi: boolean;
}

/** What a boot needs of its machine. */
export interface BootMachine {
  /** The machine as an agent sees it, in this boot mode and until the power goes. */
  ramdisk(bootMode: 'bios' | 'uefi', power: AbortSignal): RamdiskHost;
  /** The mode when the override does not ask for UEFI. */
  readonly firmware: 'bios' | 'uefi';
  /** Where iPXE starts. */
  readonly bootUrl: string;
  takeBootOverride(): BootOverride;
  /** The boot script asks for power off. */
  powerOff(): void;
}

/** How far a boot had come when the fleet stopped: to a serving agent, or to somewhere before, with its boot device. */
export type FrozenBoot = { readonly agent: FrozenAgent } | { readonly override: BootOverride };

/** Stages that are passed again from the start, by the same boot device. */
const PASSING_STAGES: readonly BootStage[] = ['ipxe', 'kernel', 'agent'];

const SKIPPED_DEVICES = ['cdrom', 'diagnostic', 'remote-floppy', 'remote-cdrom', 'remote-media', 'floppy'];

/** One power session of a machine: from firmware to whatever runs in the end. A restart by iPXE begins anew. */
export class Boot {
  readonly #machine: BootMachine;
  readonly #power: AbortSignal;
  #host: RamdiskHost;
  #stage: BootStage = 'firmware';
  #agent: SimulatedAgent | undefined;
  #override: BootOverride | undefined;
  instance: RunningInstance | undefined;

  /** @param power aborts when the machine is switched off or reset */
  constructor(machine: BootMachine, power: AbortSignal) {
    this.#machine = machine;
    this.#power = power;
    this.#host = machine.ramdisk(machine.firmware, power);
  }

  get stage(): BootStage {
    return this.#stage;
  }

  get agent(): AgentView | undefined {
    return this.#agent?.view;
  }

  /** What to go on with in another fleet process; undefined when the machine might as well have lost its power. */
  freeze(): FrozenBoot | undefined {
    const agent = this.#agent?.freeze();
    if (agent) return { agent };
    return this.#override && PASSING_STAGES.includes(this.#stage) ? { override: this.#override } : undefined;
  }

  /** Goes on with the agent of an earlier fleet process. Ends as {@link run}. */
  async resume(frozen: FrozenAgent): Promise<void> {
    this.#host = this.#machine.ramdisk(frozen.bootMode, this.#power);
    this.#agent = new SimulatedAgent(this.#host, frozen.commandLine, this.#power, frozen);
    this.#enter('agent', 'goes on');
    await this.#agent.run();
  }

  /** Runs until there is nothing more to do, or rejects with the power signal's reason. */
  async run(): Promise<void> {
    while ((await this.#start()) === 'reboot') {
      this.#host.log('restart');
      await pause(this.#host.timings.restartFloor, this.#power);
    }
  }

  #enter(stage: BootStage, detail?: string): void {
    this.#stage = stage;
    this.#host.log(stage, detail);
  }

  async #start(): Promise<'reboot' | 'stays'> {
    this.#enter('firmware');
    await pause(draw(this.#host.timings.post), this.#power);
    this.#override = this.#machine.takeBootOverride();
    const { device, efi } = this.#override;
    const bootMode = efi ? 'uefi' : this.#machine.firmware;
    this.#host = this.#machine.ramdisk(bootMode, this.#power);
    this.#host.log('boot device', `${device} in ${bootMode} mode`);
    if (device === 'bios') {
      this.#enter('setup menu');
      return 'stays';
    }
    if (SKIPPED_DEVICES.includes(device)) this.#host.log('no medium', device);
    if (device === 'pxe' && this.#host.faults.noBoot) this.#host.log('network boot ignored', 'fault noBoot');
    else if (device === 'pxe') return this.#bootFromNetwork();
    return this.#bootFromDisk();
  }

  async #bootFromDisk(): Promise<'stays'> {
    const { disk, timings, bootMode } = this.#host;
    if (!(await diskBoots(disk, bootMode))) {
      this.#enter('no bootable device');
      return 'stays';
    }
    this.#enter('kernel', 'from the disk');
    await pause(draw(timings.kernelBoot), this.#power);
    this.instance = await instanceOnDisk(disk, bootMode);
    this.#enter('instance', this.instance.image?.id);
    return 'stays';
  }

  async #bootFromNetwork(): Promise<'reboot' | 'stays'> {
    this.#enter('ipxe', `${this.#machine.bootUrl}/boot.ipxe`);
    await pause(draw(this.#host.timings.ipxeStart), this.#power);
    const outcome = await this.#runIpxe();
    this.#power.throwIfAborted();
    switch (outcome.kind) {
      case 'kernel':
        return this.#bootKernel(outcome.kernel, outcome.initrds);
      case 'reboot':
        return 'reboot';
      case 'power off':
        this.#machine.powerOff();
        return 'stays';
      case 'waits':
        this.#enter('iPXE waits', outcome.reason);
        return 'stays';
      case 'exit':
        this.#host.log('ipxe ended', outcome.reason);
        return this.#bootFromDisk();
      case 'disk':
        return this.#bootFromDisk();
    }
  }

  #runIpxe(): Promise<IpxeOutcome> {
    const { identity, disk, bootMode, timings, address } = this.#host;
    return runIpxe(`${this.#machine.bootUrl}/boot.ipxe`, {
      settings: {
        'net0/mac': identity.mac,
        'net0/ip': address,
        uuid: identity.uuid,
        serial: identity.serial,
        manufacturer: 'Fleet',
        product: 'Fleet Machine',
        platform: bootMode === 'uefi' ? 'efi' : 'pcbios',
        buildarch: identity.cpuArch,
      },
      fetch: (url, name, args) => {
        this.#host.log('fetch', url);
        return fetchImage(url, name, args, this.#power);
      },
      diskBoots: () => diskBoots(disk, bootMode),
      print: (line) => this.#host.log('screen', line),
      sleep: (seconds) => pause(seconds * timings.ipxeSecond, this.#power),
    });
  }

  async #bootKernel(kernel: IpxeImage, initrds: readonly IpxeImage[]): Promise<'stays'> {
    const commandLine = kernel.arguments;
    this.#enter('kernel', commandLine.replace(/(ipa-agent-token=)\S+/, '$1******'));
    await pause(draw(this.#host.timings.kernelBoot), this.#power);
    const panic = whyNoRoot(commandLine, initrds, this.#host.bootMode);
    if (panic !== undefined) {
      this.#enter('kernel panic', panic);
      return 'stays';
    }
    if (!new KernelParameters(commandLine).wantsAgent) {
      this.instance = instanceFromNetwork(commandLine, this.#host.bootMode);
      this.#enter('instance', 'booted over the network');
      return 'stays';
    }
    this.#agent = new SimulatedAgent(this.#host, commandLine, this.#power);
    this.#enter('agent');
    await this.#agent.run();
    return 'stays';
  }
}

/** Why the kernel finds no root file system: the initrd is missing, is none, or has another name than `initrd=` says. */
function whyNoRoot(commandLine: string, initrds: readonly IpxeImage[], bootMode: 'bios' | 'uefi'): string | undefined {
  const usable = initrds.filter(({ format }) => format === 'initramfs');
  const wanted = new KernelParameters(commandLine).get('initrd');
  const hasWanted = wanted === undefined || usable.some(({ name }) => name === wanted);
  if (usable.length > 0 && (bootMode === 'bios' || hasWanted)) return undefined;
  const found = initrds.map(({ name, format }) => `${name} (${format})`).join(', ') || 'no initrd';
  return `VFS: Unable to mount root fs: ${found}${hasWanted ? '' : `, and the kernel wants ${wanted}`}`;
}
