import { statfsSync, statSync } from 'node:fs';
import path from 'node:path';
import { Problem } from '../problem.js';

/**
 * Refuses to begin on a full disk, where PostgreSQL and SQLite would stop in the middle of something.
 *
 * @param purpose what needs the room, "the home"
 * @throws Problem when less than `needMb` megabytes are free
 */
export function mustHaveRoom(folder: string, needMb: number, purpose: string, freeMb = freeMegabytes): void {
  const free = freeMb(folder);
  if (free >= needMb) return;
  throw new Problem(
    `The disk that holds ${folder} has ${Math.floor(free)} MB left and ${purpose} needs ${needMb} MB: free some space, or choose a folder on another disk.`,
  );
}

/** Free to this user, on the disk of the closest folder that exists. */
function freeMegabytes(folder: string): number {
  let at = path.resolve(folder);
  while (!statSync(at, { throwIfNoEntry: false })) at = path.dirname(at);
  const { bavail, bsize } = statfsSync(at);
  return (bavail * bsize) / 1e6;
}
