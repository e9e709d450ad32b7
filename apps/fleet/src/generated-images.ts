import { createCipheriv, createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

/** A file that the fleet serves for the product to deploy or boot. */
export interface GeneratedImage {
  readonly name: string;
  /** What it is good for: a whole-disk image, or half of a deploy ramdisk. */
  readonly kind: 'disk' | 'kernel' | 'ramdisk';
  readonly content: Buffer;
  readonly sha256: string;
}

const MIB = 1_048_576;
const SECTOR = 512;
const DISK_BYTES = 4 * MIB;
/** Disk identifier of the generated disk image; the agent reports it as `root uuid`. */
const DISK_ID = 0x7e3b01d5;

/**
 * The images of a fleet, the same bytes in every process: `disk.img` (whole-disk, MBR with an EFI system partition and
 * a Linux partition), `kernel` (x86 boot protocol header) and `ramdisk` (gzip). Nothing in them could really run; they
 * carry what firmware, agent and a careful provisioner look at.
 */
export function generateImages(): GeneratedImage[] {
  return [
    image('disk.img', 'disk', diskImage()),
    image('kernel', 'kernel', kernel()),
    image('ramdisk', 'ramdisk', ramdisk()),
  ];
}

function image(name: string, kind: GeneratedImage['kind'], content: Buffer): GeneratedImage {
  return { name, kind, content, sha256: createHash('sha256').update(content).digest('hex') };
}

/** Bytes that look random and are the same each time: a keystream of AES-CTR. */
function noise(seed: string, length: number): Buffer {
  const key = createHash('sha256').update(seed).digest();
  return createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16)).update(Buffer.alloc(length));
}

function diskImage(): Buffer {
  const content = noise('disk', DISK_BYTES);
  content.fill(0, 0, SECTOR);
  content.writeUInt32LE(DISK_ID, 440);
  writePartition(content, 0, { type: 0xef, start: 2048, sectors: 2048 });
  writePartition(content, 1, { type: 0x83, start: 4096, sectors: DISK_BYTES / SECTOR - 4096 });
  content.writeUInt16LE(0xaa55, 510);
  return content;
}

function writePartition(mbr: Buffer, index: number, part: { type: number; start: number; sectors: number }): void {
  const offset = 446 + index * 16;
  mbr.writeUInt8(part.type, offset + 4);
  mbr.writeUInt32LE(part.start, offset + 8);
  mbr.writeUInt32LE(part.sectors, offset + 12);
}

function kernel(): Buffer {
  const content = noise('kernel', MIB / 2);
  content.write('MZ', 0, 'latin1');
  content.writeUInt16LE(0xaa55, 0x1fe);
  content.write('HdrS', 0x202, 'latin1');
  return content;
}

function ramdisk(): Buffer {
  return gzipSync(noise('ramdisk', MIB), { level: 1 });
}
