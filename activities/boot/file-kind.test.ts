import { describe, expect, test } from 'vitest';
import { fileKind } from './file-kind.js';

/** Bytes with some text or hex at an offset. */
function bytes(offset: number, content: string, encoding: 'latin1' | 'hex' = 'latin1'): Buffer {
  const head = Buffer.alloc(1024);
  head.write(content, offset, encoding);
  return head;
}

describe('the first bytes tell', () => {
  test.for([
    ['an x86 kernel with an EFI stub', bytes(0, 'MZ'), 'kernel'],
    ['an x86 kernel without one', bytes(0x202, 'HdrS'), 'kernel'],
    ['an ARM64 kernel', bytes(0x38, 'ARM\x64'), 'kernel'],
    ['a gzipped ramdisk', bytes(0, '1f8b0800', 'hex'), 'ramdisk'],
    ['an xz ramdisk', bytes(0, 'fd377a585a00', 'hex'), 'ramdisk'],
    ['a zstd ramdisk', bytes(0, '28b52ffd', 'hex'), 'ramdisk'],
    ['a plain cpio archive', bytes(0, '070701'), 'ramdisk'],
    ['a page that a server sends instead of an error', Buffer.from('\n<!DOCTYPE html><title>login</title>'), 'page'],
    ['nothing', Buffer.alloc(0), 'empty'],
    ['something else', Buffer.from('simulated kernel'), 'unknown'],
  ] as const)('%s', ([, head, kind]) => {
    expect(fileKind(head)).toBe(kind);
  });
});
