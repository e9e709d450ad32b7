import type { Folder } from './folder.js';
import { jolietNames, primaryNames, type Naming } from './names.js';

const sector = 2048;
const firstDescriptor = 16;

/** A folder in one of the trees, with its place on the volume. */
interface Placed {
  readonly name: string;
  readonly folder: Folder;
  readonly parent: Placed | undefined;
  readonly children: Placed[];
  extent: number;
  size: number;
}

/** Where a file's bytes are; both trees share them. */
type Files = ReadonlyMap<Buffer, number>;

/**
 * An ISO 9660 volume (ECMA-119) with Rock Ridge and Joliet names, as config drives are: small, read once, so that every
 * list fits its sectors easily.
 */
export function isoVolume(label: string, root: Folder, at: Date = new Date()): Buffer {
  const primary = placed(root);
  const joliet = placed(root);
  const tableSize = sectorsOf(
    pathTable(primary, primaryNames, false).length,
    pathTable(joliet, jolietNames, false).length,
  );
  // Descriptors (primary, Joliet, end), four path tables, folders of both trees, files.
  let next = firstDescriptor + 3;
  const tables = [0, 1, 2, 3].map((index) => next + index * tableSize);
  next += 4 * tableSize;
  for (const [tree, names] of [
    [primary, primaryNames],
    [joliet, jolietNames],
  ] as const) {
    for (const folder of tree) {
      folder.extent = next;
      folder.size = sectorsOf(records(folder, names, new Map(), at).length) * sector;
      next += folder.size / sector;
    }
  }
  const files = new Map<Buffer, number>();
  for (const { folder } of primary) {
    for (const data of Object.values(folder.files)) {
      files.set(data, next);
      next += sectorsOf(data.length);
    }
  }

  const volume = Buffer.alloc(next * sector);
  const write = (where: number, bytes: Buffer): void => void bytes.copy(volume, where * sector);
  write(
    firstDescriptor,
    descriptor({ label, tree: primary, names: primaryNames, sectors: next, tables: tables.slice(0, 2), at }),
  );
  write(
    firstDescriptor + 1,
    descriptor({ label, tree: joliet, names: jolietNames, sectors: next, tables: tables.slice(2), at }),
  );
  write(firstDescriptor + 2, Buffer.from('\xffCD001\x01', 'latin1'));
  [
    pathTable(primary, primaryNames, false),
    pathTable(primary, primaryNames, true),
    pathTable(joliet, jolietNames, false),
    pathTable(joliet, jolietNames, true),
  ].forEach((table, index) => write(tables[index] ?? 0, table));
  for (const folder of primary) write(folder.extent, records(folder, primaryNames, files, at));
  for (const folder of joliet) write(folder.extent, records(folder, jolietNames, files, at));
  for (const [data, where] of files) write(where, data);
  return volume;
}

function sectorsOf(...sizes: readonly number[]): number {
  return Math.max(...sizes.map((size) => Math.ceil(size / sector)));
}

/** All folders, level by level, as path tables want them (§6.9.1). */
function placed(root: Folder): Placed[] {
  const all: Placed[] = [{ name: '', folder: root, parent: undefined, children: [], extent: 0, size: 0 }];
  for (const parent of all) {
    for (const [name, folder] of Object.entries(parent.folder.folders).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      const child: Placed = { name, folder, parent, children: [], extent: 0, size: 0 };
      parent.children.push(child);
      all.push(child);
    }
  }
  return all;
}

/** §9.4: per folder its identifier, extent and parent's number; once in little and once in big endian. */
function pathTable(tree: readonly Placed[], names: Naming, bigEndian: boolean): Buffer {
  return Buffer.concat(
    tree.map(({ name, parent, extent }) => {
      const identifier = parent ? names.identifier(name, true, new Set()) : Buffer.from([0]);
      const record = Buffer.alloc(8 + identifier.length + (identifier.length % 2));
      record.writeUInt8(identifier.length, 0);
      const number = parent ? tree.indexOf(parent) + 1 : 1;
      if (bigEndian) {
        record.writeUInt32BE(extent, 2);
        record.writeUInt16BE(number, 6);
      } else {
        record.writeUInt32LE(extent, 2);
        record.writeUInt16LE(number, 6);
      }
      identifier.copy(record, 8);
      return record;
    }),
  );
}

/** The records of a folder: itself, its parent, then its entries by identifier; none crosses a sector (§6.8.1). */
function records(folder: Placed, names: Naming, files: Files, at: Date): Buffer {
  const parent = folder.parent ?? folder;
  const taken = new Set<string>();
  const identify = (name: string, isFolder: boolean): Buffer => {
    const identifier = names.identifier(name, isFolder, taken);
    taken.add(identifier.toString('latin1'));
    return identifier;
  };
  const entries = [
    ...folder.children.map((child) => ({
      identifier: identify(child.name, true),
      record: { extent: child.extent, size: child.size, isFolder: true, use: names.systemUse(child.name, true) },
    })),
    ...Object.entries(folder.folder.files).map(([name, data]) => ({
      identifier: identify(name, false),
      record: { extent: files.get(data) ?? 0, size: data.length, isFolder: false, use: names.systemUse(name, false) },
    })),
  ].toSorted((a, b) => Buffer.compare(a.identifier, b.identifier));
  const own = { extent: folder.extent, size: folder.size, isFolder: true, use: names.ownSystemUse(!folder.parent) };
  const up = { extent: parent.extent, size: parent.size, isFolder: true, use: names.ownSystemUse(false) };
  return packed([
    record(Buffer.from([0]), own, at),
    record(Buffer.from([1]), up, at),
    ...entries.map((item) => record(item.identifier, item.record, at)),
  ]);
}

function packed(items: readonly Buffer[]): Buffer {
  const parts: Buffer[] = [];
  let used = 0;
  for (const item of items) {
    const left = sector - (used % sector);
    if (item.length > left) {
      parts.push(Buffer.alloc(left));
      used += left;
    }
    parts.push(item);
    used += item.length;
  }
  return Buffer.concat(parts);
}

interface RecordFacts {
  readonly extent: number;
  readonly size: number;
  readonly isFolder: boolean;
  readonly use: Buffer;
}

/** §9.1. */
function record(identifier: Buffer, { extent, size, isFolder, use }: RecordFacts, at: Date): Buffer {
  const start = 33 + identifier.length + (identifier.length % 2 === 0 ? 1 : 0);
  const bytes = Buffer.alloc(start + use.length + ((start + use.length) % 2));
  bytes.writeUInt8(bytes.length, 0);
  both(bytes, 2, extent);
  both(bytes, 10, size);
  Buffer.from([
    at.getUTCFullYear() - 1900,
    at.getUTCMonth() + 1,
    at.getUTCDate(),
    at.getUTCHours(),
    at.getUTCMinutes(),
    at.getUTCSeconds(),
    0,
  ]).copy(bytes, 18);
  bytes.writeUInt8(isFolder ? 2 : 0, 25);
  bytes.writeUInt16LE(1, 28);
  bytes.writeUInt16BE(1, 30);
  bytes.writeUInt8(identifier.length, 32);
  identifier.copy(bytes, 33);
  use.copy(bytes, start);
  return bytes;
}

function both(bytes: Buffer, offset: number, value: number): void {
  bytes.writeUInt32LE(value, offset);
  bytes.writeUInt32BE(value, offset + 4);
}

interface DescriptorFacts {
  readonly label: string;
  readonly tree: readonly Placed[];
  readonly names: Naming;
  readonly sectors: number;
  readonly tables: readonly number[];
  readonly at: Date;
}

/** §8.4 and, for Joliet, §8.5 with the escape sequence of UCS-2 level 3. */
function descriptor({ label, tree, names, sectors, tables, at }: DescriptorFacts): Buffer {
  const isJoliet = names === jolietNames;
  const bytes = Buffer.alloc(sector);
  const text = (value: string, length: number): Buffer =>
    isJoliet
      ? Buffer.from(value.padEnd(length / 2, ' '), 'utf16le').swap16()
      : Buffer.from(value.padEnd(length, ' '), 'latin1');
  bytes.writeUInt8(isJoliet ? 2 : 1, 0);
  bytes.write('CD001', 1, 'latin1');
  bytes.writeUInt8(1, 6);
  text('', 32).copy(bytes, 8);
  text(label, 32).copy(bytes, 40);
  both(bytes, 80, sectors);
  if (isJoliet) bytes.write('%/E', 88, 'latin1');
  for (const [offset, value] of [
    [120, 1],
    [124, 1],
    [128, sector],
  ] as const) {
    bytes.writeUInt16LE(value, offset);
    bytes.writeUInt16BE(value, offset + 2);
  }
  both(bytes, 132, pathTable(tree, names, false).length);
  bytes.writeUInt32LE(tables[0] ?? 0, 140);
  bytes.writeUInt32BE(tables[1] ?? 0, 148);
  const root = tree[0];
  if (root)
    record(Buffer.from([0]), { extent: root.extent, size: root.size, isFolder: true, use: Buffer.alloc(0) }, at).copy(
      bytes,
      156,
    );
  for (const [offset, length] of [
    [190, 128],
    [318, 128],
    [446, 128],
    [574, 128],
    [702, 36],
    [740, 36],
    [776, 36],
  ] as const) {
    text('', length).copy(bytes, offset);
  }
  const stamp = `${at.toISOString().replace(/\D/g, '').slice(0, 14)}00\0`;
  for (const offset of [813, 830]) bytes.write(stamp, offset, 'latin1');
  for (const offset of [847, 864]) bytes.write(`${'0'.repeat(16)}\0`, offset, 'latin1');
  bytes.writeUInt8(1, 881);
  return bytes;
}
