import { isScript } from './script.js';

/** What iPXE or the kernel would make of a file, by its first bytes. */
export type ImageFormat = 'script' | 'kernel' | 'initramfs' | 'unknown';

/** A file that iPXE fetched. Only its beginning is kept, so that hundreds of machines may fetch real ramdisks. */
export interface IpxeImage {
  /** By default the last part of the URL's path; `--name` gives another. */
  readonly name: string;
  readonly url: string;
  readonly bytes: number;
  readonly format: ImageFormat;
  /** Arguments after the URL, joined by spaces. */
  readonly arguments: string;
  /** The whole text, for scripts only. */
  readonly script: string | undefined;
}

/** Bytes at the start of a file that {@link imageFormat} wants to see. */
export const MAGIC_BYTES = 0x210;

const INITRAMFS_MAGIC: readonly (readonly number[])[] = [
  [0x1f, 0x8b], // gzip
  [0xfd, 0x37, 0x7a, 0x58, 0x5a], // xz
  [0x28, 0xb5, 0x2f, 0xfd], // zstd
  [0x30, 0x37, 0x30, 0x37], // cpio
];

/**
 * Recognises scripts, kernels (x86 boot protocol: `HdrS` at 202h; EFI stub: `MZ`; ARM64: magic at 38h) and initramfs
 * archives.
 */
export function imageFormat(head: Buffer): ImageFormat {
  if (isScript(head.toString('latin1', 0, 8))) return 'script';
  if (INITRAMFS_MAGIC.some((magic) => magic.every((byte, index) => head[index] === byte))) return 'initramfs';
  const x86 = head.toString('latin1', 0x202, 0x206) === 'HdrS';
  const efi = head.toString('latin1', 0, 2) === 'MZ';
  const arm64 = head.toString('latin1', 0x38, 0x3c) === 'ARM\x64';
  return x86 || efi || arm64 ? 'kernel' : 'unknown';
}
