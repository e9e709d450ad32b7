import { stat } from 'node:fs/promises';

/**
 * What changes when a file does, also when another one is put in its place.
 * @throws Error of node:fs when there is none
 */
export async function fileMark(path: string): Promise<string> {
  const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
  return [ino, size, mtimeNs, ctimeNs].join(':');
}
