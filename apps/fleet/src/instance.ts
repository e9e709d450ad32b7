import { readConfigDrive, type ConfigDriveContent } from './config-drive.js';
import type { Disk } from './disk.js';

/** The operating system that runs on a machine, as somebody with its console would describe it. */
export interface RunningInstance {
  /** From the local disk, or kernel and ramdisk fetched over the network. */
  readonly source: 'disk' | 'network';
  readonly startedAt: string;
  readonly bootMode: 'bios' | 'uefi';
  /** The image, with the SHA-256 of what the disk really holds; null for network boots and disks not written by an agent. */
  readonly image: { readonly id: string; readonly bytes: number; readonly sha256: string } | null;
  readonly configDrive: ConfigDriveContent | { readonly problem: string } | null;
  /** Of the kernel, for network boots. */
  readonly commandLine: string | null;
}

/** Can firmware in this mode start something from the disk? UEFI needs an EFI system partition. */
export async function diskBoots(disk: Disk, bootMode: 'bios' | 'uefi'): Promise<boolean> {
  const table = await disk.partitions();
  return table !== undefined && table.partitions > 0 && (bootMode === 'bios' || table.hasEsp);
}

/** Describes what just booted from the disk. */
export async function instanceOnDisk(disk: Disk, bootMode: 'bios' | 'uefi'): Promise<RunningInstance> {
  const written = await disk.writtenImage();
  const drive = await disk.configDrive();
  return {
    source: 'disk',
    startedAt: new Date().toISOString(),
    bootMode,
    image: written ? { id: written.id, bytes: written.bytes, sha256: await disk.sha256(written.bytes) } : null,
    configDrive: drive ? (readConfigDrive(drive) ?? { problem: 'not an ISO 9660 volume' }) : null,
    commandLine: null,
  };
}

/** Describes an operating system that was booted over the network. */
export function instanceFromNetwork(commandLine: string, bootMode: 'bios' | 'uefi'): RunningInstance {
  const startedAt = new Date().toISOString();
  return { source: 'network', startedAt, bootMode, image: null, configDrive: null, commandLine };
}
