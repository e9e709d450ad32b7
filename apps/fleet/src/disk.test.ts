import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Disk, NoSpaceError } from './disk.js';
import { generateImages } from './generated-images.js';

const GIB = 2 ** 30;
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleet-disk-'));
});
afterEach(() => rm(folder, { recursive: true }));

const image = generateImages()[0];
if (image === undefined) throw new Error('no disk image generated');

async function write(disk: Disk, content: Buffer): Promise<void> {
  const writer = await disk.overwrite();
  try {
    await writer.write(content);
  } finally {
    await writer.close();
  }
  await disk.recordImage({ id: 'disk.img', bytes: content.length, writtenAt: 'now' }, Buffer.from('config'));
}

describe('Disk', () => {
  it('is sparse, keeps what was written over a restart, and knows its partitions', async () => {
    await write(await Disk.open(folder, 20 * GIB), image.content);
    const disk = await Disk.open(folder, 20 * GIB);
    expect((await stat(join(folder, 'disk.img'))).size).toBe(20 * GIB);
    expect((await stat(join(folder, 'disk.img'))).blocks * 512).toBeLessThan(16 * 2 ** 20);
    expect(await disk.sha256(image.content.length)).toBe(image.sha256);
    expect(await disk.partitions()).toEqual({ label: 'msdos', diskId: '0x7e3b01d5', partitions: 2, hasEsp: true });
    expect(await disk.writtenImage()).toMatchObject({ id: 'disk.img' });
    expect(await disk.configDrive()).toEqual(Buffer.from('config'));
  });

  it.each(['eraseMetadata', 'erase'] as const)('has no partitions and no config drive after %s', async (erase) => {
    const disk = await Disk.open(folder, 10 * 2 ** 20);
    await write(disk, image.content);
    await disk[erase]();
    expect(await disk.partitions()).toBeUndefined();
    expect(await disk.writtenImage()).toBeUndefined();
    expect(await disk.configDrive()).toBeUndefined();
    const middle = await disk.read(2 * 2 ** 20, 16);
    expect(middle.equals(Buffer.alloc(16))).toBe(erase === 'erase');
  });

  it('is full at its end', async () => {
    const disk = await Disk.open(folder, 2 ** 20);
    await expect(write(disk, image.content)).rejects.toThrow(NoSpaceError);
  });
});
