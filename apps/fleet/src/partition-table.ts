/** What a machine's firmware and the agent need to know of a disk's partition table. */
export interface PartitionTable {
  readonly label: 'msdos' | 'gpt';
  /** Disk identifier in the MBR as the agent prints it, `0x` and 8 digits. */
  readonly diskId: string;
  readonly partitions: number;
  /** Is there an EFI system partition? */
  readonly hasEsp: boolean;
}

/** Reads `length` bytes at `offset` of a disk. */
type Read = (offset: number, length: number) => Promise<Buffer>;

const SECTOR = 512;
const MBR_ENTRIES = 446;
const MBR_PROTECTIVE = 0xee;
const MBR_ESP = 0xef;
/** C12A7328-F81F-11D2-BA4B-00A0C93EC93B as stored (UEFI 2.10 table 5.7). */
const GPT_ESP = Buffer.from('28732ac11ff8d211ba4b00a0c93ec93b', 'hex');

/** Reads an MBR, and the GPT behind a protective one (UEFI 2.10 §5.2, §5.3). Undefined without the boot signature. */
export async function readPartitions(read: Read): Promise<PartitionTable | undefined> {
  const mbr = await read(0, SECTOR);
  if (mbr.length < SECTOR || mbr.readUInt16LE(510) !== 0xaa55) return undefined;
  const diskId = `0x${mbr.readUInt32LE(440).toString(16).padStart(8, '0')}`;
  const types = [0, 1, 2, 3].map((index) => mbr.readUInt8(MBR_ENTRIES + index * 16 + 4)).filter((type) => type !== 0);
  if (types.includes(MBR_PROTECTIVE)) {
    const gpt = await readGpt(read);
    if (gpt) return { label: 'gpt', diskId, partitions: gpt.length, hasEsp: gpt.some((type) => type.equals(GPT_ESP)) };
  }
  return { label: 'msdos', diskId, partitions: types.length, hasEsp: types.includes(MBR_ESP) };
}

/** The type GUIDs of all used entries. */
async function readGpt(read: Read): Promise<Buffer[] | undefined> {
  const header = await read(SECTOR, SECTOR);
  if (header.toString('latin1', 0, 8) !== 'EFI PART') return undefined;
  const start = Number(header.readBigUInt64LE(72)) * SECTOR;
  const count = Math.min(header.readUInt32LE(80), 128);
  const size = header.readUInt32LE(84);
  const entries = await read(start, count * size);
  const types: Buffer[] = [];
  for (let offset = 0; offset + size <= entries.length; offset += size) {
    const type = entries.subarray(offset, offset + 16);
    if (type.some((byte) => byte !== 0)) types.push(type);
  }
  return types;
}
