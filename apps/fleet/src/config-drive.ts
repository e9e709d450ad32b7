/** A config drive as the operating system of an instance would see it. */
export interface ConfigDriveContent {
  /** Volume label; cloud-init looks for `config-2`. */
  readonly label: string;
  readonly bytes: number;
  /** Text of each file by its path, e.g. `openstack/latest/meta_data.json`. */
  readonly files: Readonly<Record<string, string>>;
}

const SECTOR = 2048;
const FIRST_DESCRIPTOR = 16;
const MAX_FILES = 1000;

interface Volume {
  readonly root: Buffer;
  readonly joliet: boolean;
}

/**
 * Reads the files of an ISO 9660 volume (ECMA-119), by their Joliet names, else Rock Ridge names, else plain ones.
 * @returns undefined when it is no such volume.
 */
export function readConfigDrive(iso: Buffer): ConfigDriveContent | undefined {
  if (iso.length < (FIRST_DESCRIPTOR + 1) * SECTOR) return undefined;
  const primary = iso.subarray(FIRST_DESCRIPTOR * SECTOR, (FIRST_DESCRIPTOR + 1) * SECTOR);
  if (primary.toString('latin1', 1, 6) !== 'CD001') return undefined;
  const volume = jolietOf(iso) ?? { root: primary.subarray(156, 190), joliet: false };
  const files: Record<string, string> = {};
  readFolder(iso, volume, volume.root, '', files);
  return { label: primary.toString('latin1', 40, 72).trim(), bytes: iso.length, files };
}

function jolietOf(iso: Buffer): Volume | undefined {
  for (let sector = FIRST_DESCRIPTOR; (sector + 1) * SECTOR <= iso.length; sector++) {
    const descriptor = iso.subarray(sector * SECTOR, (sector + 1) * SECTOR);
    if (descriptor[0] === 255) return undefined;
    const escape = descriptor.toString('latin1', 88, 91);
    if (descriptor[0] === 2 && ['%/@', '%/C', '%/E'].includes(escape)) {
      return { root: descriptor.subarray(156, 190), joliet: true };
    }
  }
  return undefined;
}

function readFolder(iso: Buffer, volume: Volume, record: Buffer, path: string, files: Record<string, string>): void {
  const content = contentOf(iso, record);
  for (let offset = 0; offset < content.length && Object.keys(files).length < MAX_FILES;) {
    const length = content[offset] ?? 0;
    if (length === 0) {
      // Records do not cross sectors: the rest of this one is padding.
      offset = (Math.floor(offset / SECTOR) + 1) * SECTOR;
      continue;
    }
    const entry = content.subarray(offset, offset + length);
    offset += length;
    if (entry.length < 34 || isSelfOrParent(entry)) continue;
    const name = path + nameOf(entry, volume.joliet);
    const isFolder = ((entry[25] ?? 0) & 2) !== 0;
    if (isFolder) readFolder(iso, volume, entry, `${name}/`, files);
    else files[name] = contentOf(iso, entry).toString('utf8');
  }
}

function contentOf(iso: Buffer, record: Buffer): Buffer {
  const start = record.readUInt32LE(2) * SECTOR;
  return iso.subarray(start, start + record.readUInt32LE(10));
}

function isSelfOrParent(entry: Buffer): boolean {
  return entry[32] === 1 && (entry[33] ?? 0) <= 1;
}

function nameOf(entry: Buffer, joliet: boolean): string {
  const nameLength = entry[32] ?? 0;
  const raw = Buffer.from(entry.subarray(33, 33 + nameLength));
  if (joliet) return withoutVersion(raw.swap16().toString('utf16le'));
  return rockRidgeName(entry, nameLength) ?? withoutVersion(raw.toString('latin1'));
}

/** The `NM` entry of the system use area (RRIP 1.12 §4.1.4). */
function rockRidgeName(entry: Buffer, nameLength: number): string | undefined {
  const start = 33 + nameLength + (nameLength % 2 === 0 ? 1 : 0);
  for (let offset = start; offset + 5 <= entry.length;) {
    const length = entry[offset + 2] ?? 0;
    if (length < 4) return undefined;
    if (entry.toString('latin1', offset, offset + 2) === 'NM')
      return entry.toString('utf8', offset + 5, offset + length);
    offset += length;
  }
  return undefined;
}

function withoutVersion(name: string): string {
  return name.replace(/\.?;\d+$/, '');
}
