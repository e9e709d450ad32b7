import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { pino, type Logger } from 'pino';
import { startControl, type Control } from './control.js';
import { Disk } from './disk.js';
import { generateImages } from './generated-images.js';
import type { MachineIdentity } from './identity.js';
import { Machine } from './machine.js';
import { MachineStore } from './machine-store.js';
import { timings, type TimingOptions } from './timings.js';

/** How to make a fleet. */
export interface FleetOptions extends TimingOptions {
  /** Number of machines; default 1. */
  readonly size?: number;
  /** IPv4 address for everything that listens; default 127.0.0.1. */
  readonly host?: string;
  /** Port of control API and images; default 0, the system chooses. */
  readonly controlPort?: number;
  /** The machines' BMCs listen on this port and the following ones; default 0: the ports of the last time, else any. */
  readonly bmcBasePort?: number;
  /** Where `boot.ipxe` is served, without the slash. */
  readonly bootUrl: string;
  /** Holds disks and machine state; made when missing. */
  readonly dataDir: string;
  /** Size of each disk; default 20 GiB. The files are sparse. */
  readonly diskBytes?: number;
  /** Default `uefi`. */
  readonly firmware?: 'bios' | 'uefi';
  /** Default: no log. */
  readonly log?: Logger;
}

/** A running fleet. */
export interface Fleet {
  readonly machines: readonly Machine[];
  /** Of the control API; images are below `/images`. */
  readonly url: string;
  /** The machine of this name. @throws for an unknown one. */
  machine(name: string): Machine;
  /** Stops everything; machines that are on will boot again at the next start. */
  close(): Promise<void>;
}

const DEFAULT_DISK_BYTES = 20 * 2 ** 30;
const MAC_PREFIX = '52:54:00:7e';

/** Makes a fleet, or starts one again from its data directory. */
export async function createFleet(options: FleetOptions): Promise<Fleet> {
  const { size = 1, host = '127.0.0.1', controlPort = 0, dataDir, log = pino({ enabled: false }) } = options;
  await mkdir(dataDir, { recursive: true });
  const machines: Machine[] = [];
  let control: Control | undefined;
  const close = async (): Promise<void> => {
    await control?.close();
    await Promise.all(machines.map((machine) => machine.close()));
  };
  try {
    for (let index = 1; index <= size; index++) machines.push(await assemble(options, index, host, log));
    control = await startControl({ machines, images: generateImages() }, host, controlPort);
  } catch (error) {
    await close();
    throw error;
  }
  return { machines, url: control.url, machine: (name) => find(machines, name), close };
}

async function assemble(options: FleetOptions, index: number, host: string, log: Logger): Promise<Machine> {
  const { dataDir, bootUrl, bmcBasePort = 0, diskBytes = DEFAULT_DISK_BYTES, firmware = 'uefi' } = options;
  const name = `sim-${String(index).padStart(2, '0')}`;
  const store = new MachineStore(dataDir, name);
  const saved = await store.load(index);
  const port = bmcBasePort > 0 ? bmcBasePort + index - 1 : saved.bmc.port;
  const identity: MachineIdentity = {
    name,
    mac: [MAC_PREFIX, hex(index >> 8), hex(index & 0xff)].join(':'),
    uuid: saved.uuid,
    serial: saved.serial,
    cpuArch: 'x86_64',
    cpus: 8,
    memoryMb: 16_384,
    diskBytes,
    firmware,
    bmc: { address: host, port, username: saved.bmc.username, password: saved.bmc.password },
  };
  const machineLog = log.child({ machine: name });
  return Machine.start({
    identity,
    saved,
    store,
    disk: await Disk.open(join(store.folder, 'disk'), diskBytes),
    timings: timings(options),
    bootUrl: bootUrl.replace(/\/$/, ''),
    onLog: ({ event, detail }) => machineLog.info({ event, ...(detail === undefined ? {} : { detail }) }),
  });
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

function find(machines: readonly Machine[], name: string): Machine {
  const machine = machines.find(({ identity }) => identity.name === name);
  if (!machine) throw new Error(`The fleet has no machine "${name}".`);
  return machine;
}
