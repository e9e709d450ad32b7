/** How a volume names its entries: one of the two trees that it carries. */
export interface Naming {
  /** The identifier of an entry in its directory record. */
  identifier(name: string, isFolder: boolean, taken: ReadonlySet<string>): Buffer;
  /** The system use area of an entry's record (Rock Ridge); empty in a Joliet tree. */
  systemUse(name: string, isFolder: boolean): Buffer;
  /** The same of a folder's own record; the root announces the extensions. */
  ownSystemUse(isRoot: boolean): Buffer;
}

/** Short upper-case names for the oldest readers, the real ones in Rock Ridge entries. */
export const primaryNames: Naming = {
  identifier(name, isFolder, taken) {
    for (let count = 0; ; count++) {
      const short = shortName(name, isFolder, count);
      if (!taken.has(short)) return Buffer.from(short, 'latin1');
    }
  },
  systemUse: (name, isFolder) => Buffer.concat([posix(isFolder), alternateName(name)]),
  ownSystemUse: (isRoot) =>
    Buffer.concat([...(isRoot ? [sharingProtocol()] : []), posix(true), ...(isRoot ? [extension()] : [])]),
};

/** The real names in UCS-2 (Joliet specification). */
export const jolietNames: Naming = {
  identifier(name, isFolder) {
    return Buffer.from(isFolder ? name : `${name};1`, 'utf16le').swap16();
  },
  systemUse: () => Buffer.alloc(0),
  ownSystemUse: () => Buffer.alloc(0),
};

/** ECMA-119 §7.5: eight and three characters of A-Z, 0-9 and `_`; a number makes them unique. */
function shortName(name: string, isFolder: boolean, count: number): string {
  const plain = (text: string, length: number): string =>
    text
      .toUpperCase()
      .replace(/[^A-Z0-9_]/g, '_')
      .slice(0, length);
  const dot = isFolder ? -1 : name.lastIndexOf('.');
  const stem = dot < 0 ? name : name.slice(0, dot);
  const unique = count === 0 ? plain(stem, 8) : `${plain(stem, 8 - String(count).length)}${count}`;
  return isFolder ? unique : `${unique}.${plain(dot < 0 ? '' : name.slice(dot + 1), 3)};1`;
}

function entry(signature: string, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from(signature, 'latin1'), Buffer.from([body.length + 4, 1]), body]);
}

function both32(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(value, 0);
  bytes.writeUInt32BE(value, 4);
  return bytes;
}

/** PX (RRIP 1991A §4.1.1): mode, links, user and group: all may read, root owns. */
function posix(isFolder: boolean): Buffer {
  return entry('PX', both32(isFolder ? 0o040555 : 0o100444), both32(1), both32(0), both32(0));
}

/** NM (§4.1.4). */
function alternateName(name: string): Buffer {
  return entry('NM', Buffer.from([0]), Buffer.from(name, 'utf8'));
}

/** SP (SUSP §5.3), the first entry of the root's own record. */
function sharingProtocol(): Buffer {
  return entry('SP', Buffer.from([0xbe, 0xef, 0]));
}

/** ER (SUSP §5.5): the extension in use. */
function extension(): Buffer {
  const id = Buffer.from('RRIP_1991A', 'latin1');
  return entry('ER', Buffer.from([id.length, 0, 0, 1]), id);
}
