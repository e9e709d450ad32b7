/** What the first bytes of a file say it is; `unknown` is not an error, there are more formats than these. */
export type FileKind = 'kernel' | 'ramdisk' | 'page' | 'empty' | 'unknown';

/** As many bytes as {@link fileKind} wants to see. */
export const headBytes = 1024;

const ramdiskMagics: readonly string[] = [
  '1f8b', // gzip
  'fd377a585a00', // xz
  '28b52ffd', // zstd
  '02214c18', // lz4, as the kernel's tools write it
  '04224d18', // lz4 frame
  '425a68', // bzip2
  '5d0000', // lzma
  '894c5a4f', // lzo
  '30373037', // cpio, plain ("0707"), also the early microcode archive
];

/**
 * Tells kernels from ramdisks by magic numbers: PE (`MZ`) and `HdrS` at 202h for x86, `ARM\x64` at 38h for ARM64;
 * compressed or plain cpio archives are ramdisks. A web page is what a server sends instead of an error.
 */
export function fileKind(head: Buffer): FileKind {
  if (head.length === 0) return 'empty';
  const at = (offset: number, text: string): boolean => head.toString('latin1', offset, offset + text.length) === text;
  if (at(0, 'MZ') || at(0x202, 'HdrS') || at(0x38, 'ARM\x64')) return 'kernel';
  const hex = head.toString('hex', 0, 8);
  if (ramdiskMagics.some((magic) => hex.startsWith(magic))) return 'ramdisk';
  return /^\s*<(!doctype|html)/i.test(head.toString('latin1', 0, 64)) ? 'page' : 'unknown';
}
