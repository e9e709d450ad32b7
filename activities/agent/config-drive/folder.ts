/** A folder of a volume that is being made. */
export interface Folder {
  readonly folders: Readonly<Record<string, Folder>>;
  readonly files: Readonly<Record<string, Buffer>>;
}

/** A folder from files by path: `openstack/latest/meta_data.json`. */
export function folderOf(files: Readonly<Record<string, Buffer>>): Folder {
  const own: Record<string, Buffer> = {};
  const below: Record<string, Record<string, Buffer>> = {};
  for (const [path, data] of Object.entries(files)) {
    const slash = path.indexOf('/');
    if (slash < 0) own[path] = data;
    else (below[path.slice(0, slash)] ??= {})[path.slice(slash + 1)] = data;
  }
  const folders = Object.entries(below).map(([name, inside]) => [name, folderOf(inside)] as const);
  return { folders: Object.fromEntries(folders), files: own };
}
