import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { SetUpProblem } from './announce.mjs';

/** @throws {SetUpProblem} when this user cannot change the checkout but would have to */
export function mustBeWritable(root) {
  try {
    accessSync(root, constants.W_OK);
  } catch {
    throw new SetUpProblem(
      `The set-up of ${root} is not up to date and this user may not write there: ` +
        `run "npm run build" in it as the user with id ${statSync(root).uid}, then run this again.`,
    );
  }
}

/** What root made in someone else's checkout belongs to that someone, who must be able to renew it. */
export function giveToOwner(root, folders) {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(root);
  if (uid === 0) return;
  const made = folders.map((folder) => path.join(root, folder)).filter((folder) => existsSync(folder));
  spawnSync('chown', ['-hR', `${uid}:${gid}`, ...made]);
}
