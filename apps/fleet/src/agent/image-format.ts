import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Disk } from '../disk.js';
import { agentError } from './rest-error.js';

/** A staged image's real format and the bytes that it takes on a disk. */
export interface StagedFormat {
  readonly format: 'raw' | 'qcow2';
  readonly virtualBytes: number;
}

const QCOW2_MAGIC = 0x514649fb;
const QCOW2_SIZE_OFFSET = 24;

/** Looks at the staged file itself: whatever is not qcow2 counts as raw. */
export async function stagedFormat(disk: Disk): Promise<StagedFormat> {
  const file = await open(disk.stagingFile, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(32), 0, 32, 0);
    if (bytesRead === 32 && buffer.readUInt32BE(0) === QCOW2_MAGIC) {
      return { format: 'qcow2', virtualBytes: Number(buffer.readBigUInt64BE(QCOW2_SIZE_OFFSET)) };
    }
    return { format: 'raw', virtualBytes: (await file.stat()).size };
  } finally {
    await file.close();
  }
}

/**
 * Checks a declared format that needs conversion against the real one, as the agent does; images declared raw are not
 * looked at. @throws {AgentError} InvalidImage
 */
export function checkFormat(declared: string | undefined, actual: string, permitted: readonly string[]): void {
  if (declared === 'raw') return;
  if (!permitted.includes(actual)) {
    const details = `Security: Detected image format was ${actual}, but only ${permitted.join(', ')} are allowed`;
    throw agentError('InvalidImage', details);
  }
  if (declared !== undefined && declared !== 'unknown' && declared !== actual) {
    throw agentError('InvalidImage', `Security: Expected format was ${declared}, but image was actually ${actual}`);
  }
}

/** Writes the staged image to the disk; qcow2 is converted by `qemu-img`, which the real agent calls too. */
export async function writeStaged(
  disk: Disk,
  { format, virtualBytes }: StagedFormat,
  signal: AbortSignal,
): Promise<void> {
  const writer = await disk.overwrite();
  try {
    if (virtualBytes > disk.sizeBytes) throw new Error('No space left on device');
    if (format === 'raw') {
      for await (const chunk of createReadStream(disk.stagingFile, { highWaterMark: 1_048_576, signal })) {
        await writer.write(chunk);
      }
    } else {
      const options = ['convert', '-n', '-f', 'qcow2', '-O', 'raw', disk.stagingFile, disk.file];
      await promisify(execFile)('qemu-img', options, { signal });
    }
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    const details = `Writing image to device ${disk.device} failed with exit code 1. stdout: . stderr: ${reason}.`;
    throw agentError('ImageWriteError', details);
  } finally {
    await writer.close();
  }
}
