import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rm, truncate, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { readPartitions, type PartitionTable } from './partition-table.js';

/** The image that an agent wrote, as remembered beside the disk; the bytes themselves are the truth. */
export interface WrittenImage {
  readonly id: string;
  readonly bytes: number;
  readonly writtenAt: string;
}

/** The disk is smaller than what is written to it. */
export class NoSpaceError extends Error {
  constructor() {
    super('[Errno 28] No space left on device');
  }
}

/** As much as the agent's metadata erase clears at each end of a disk: room for both partition tables. */
const METADATA_BYTES = 1_048_576;
const READ_CHUNK = 1_048_576;

/**
 * The simulated disk: a sparse file of the disk's full size, and next to it the config drive that a real agent would
 * write to a partition at the end. Survives restarts of the fleet.
 */
export class Disk {
  /** How the ramdisk names it. */
  readonly device = '/dev/vda';
  readonly sizeBytes: number;
  /** The file that holds the bytes. */
  readonly file: string;
  /** Where an image may be kept before it is written: the ramdisk's own memory. */
  readonly stagingFile: string;
  readonly #configDrive: string;
  readonly #record: string;

  private constructor(folder: string, sizeBytes: number) {
    this.sizeBytes = sizeBytes;
    this.file = join(folder, 'disk.img');
    this.stagingFile = join(folder, 'download.tmp');
    this.#configDrive = join(folder, 'config-drive.iso');
    this.#record = join(folder, 'written-image.json');
  }

  /** Opens the disk in this folder; a new one is empty. A changed size grows or cuts the file. */
  static async open(folder: string, sizeBytes: number): Promise<Disk> {
    await mkdir(folder, { recursive: true });
    const disk = new Disk(folder, sizeBytes);
    await (await open(disk.file, 'a')).close();
    await truncate(disk.file, sizeBytes);
    return disk;
  }

  /**
   * Starts to overwrite the disk from its beginning. The record of the old image and its config drive go at once, as
   * their partitions do.
   */
  async overwrite(): Promise<ImageWriter> {
    await this.#forget();
    return new ImageWriter(await open(this.file, 'r+'), this.sizeBytes);
  }

  /** Starts to write an image to the staging file. */
  async stage(): Promise<ImageWriter> {
    return new ImageWriter(await open(this.stagingFile, 'w'), Number.MAX_SAFE_INTEGER);
  }

  /** Removes the staging file. */
  async unstage(): Promise<void> {
    await rm(this.stagingFile, { force: true });
  }

  /** Reads bytes; what was never written reads as zeros. */
  async read(offset: number, length: number): Promise<Buffer> {
    const file = await open(this.file, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  /** SHA-256 (hex) of the first `length` bytes. */
  async sha256(length: number): Promise<string> {
    const hash = createHash('sha256');
    for (let offset = 0; offset < length; offset += READ_CHUNK) {
      hash.update(await this.read(offset, Math.min(READ_CHUNK, length - offset)));
    }
    return hash.digest('hex');
  }

  /** The partition table now on the disk, or undefined when there is none. */
  async partitions(): Promise<PartitionTable | undefined> {
    return readPartitions((offset, length) => this.read(offset, length));
  }

  /** Remembers what was written, for the running instance to report. */
  async recordImage(image: WrittenImage, configDrive: Buffer | undefined): Promise<void> {
    await writeFile(this.#record, JSON.stringify(image));
    if (configDrive) await writeFile(this.#configDrive, configDrive);
  }

  /** What the last complete write recorded. */
  async writtenImage(): Promise<WrittenImage | undefined> {
    const text = await readIfThere(this.#record);
    return text && (JSON.parse(text.toString('utf8')) as WrittenImage);
  }

  /** The config drive volume as written, unpacked. */
  configDrive(): Promise<Buffer | undefined> {
    return readIfThere(this.#configDrive);
  }

  /** Clears partition tables and signatures at both ends (`erase_devices_metadata`). */
  async eraseMetadata(): Promise<void> {
    const file = await open(this.file, 'r+');
    try {
      const zeros = Buffer.alloc(METADATA_BYTES);
      await file.write(zeros, 0, zeros.length, 0);
      // Cutting and growing leaves a hole that reads as zeros, and keeps the file sparse.
      await file.truncate(this.sizeBytes - METADATA_BYTES);
      await file.truncate(this.sizeBytes);
    } finally {
      await file.close();
    }
    await this.#forget();
  }

  /** Clears everything (`erase_devices`). */
  async erase(): Promise<void> {
    await truncate(this.file, 0);
    await truncate(this.file, this.sizeBytes);
    await this.#forget();
  }

  async #forget(): Promise<void> {
    await Promise.all([rm(this.#record, { force: true }), rm(this.#configDrive, { force: true })]);
  }
}

/** Writes an image from the first byte on; to be closed in every case. */
export class ImageWriter {
  readonly #file: FileHandle;
  readonly #sizeBytes: number;
  bytes = 0;

  constructor(file: FileHandle, sizeBytes: number) {
    this.#file = file;
    this.#sizeBytes = sizeBytes;
  }

  /** @throws {NoSpaceError} past the end of the disk. */
  async write(chunk: Uint8Array): Promise<void> {
    if (this.bytes + chunk.length > this.#sizeBytes) throw new NoSpaceError();
    await this.#file.write(chunk, 0, chunk.length, this.bytes);
    this.bytes += chunk.length;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
