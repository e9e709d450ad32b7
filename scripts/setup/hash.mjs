import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** One hash over the paths and contents of files and of all files below folders; absent ones count as absent. */
export function hashOf(root, names, keep = () => true) {
  const hash = createHash('sha256');
  for (const name of names) addTo(hash, root, name, keep);
  return hash.digest('hex');
}

function addTo(hash, root, name, keep) {
  const full = path.join(root, name);
  const stat = statSync(full, { throwIfNoEntry: false });
  if (stat?.isDirectory()) {
    for (const entry of readdirSync(full).sort()) {
      if (entry !== 'node_modules' && entry !== 'dist') addTo(hash, root, path.join(name, entry), keep);
    }
  } else if (stat && keep(name)) {
    hash.update(name).update('\0').update(readFileSync(full)).update('\0');
  }
}

/** The note that a step left about what it worked from. */
export function readStamp(root, step) {
  try {
    return readFileSync(path.join(root, '.setup', step), 'utf8');
  } catch {
    return undefined;
  }
}

/** Written after the work, so that an interrupted step runs again. */
export function writeStamp(root, step, value) {
  mkdirSync(path.join(root, '.setup'), { recursive: true });
  writeFileSync(path.join(root, '.setup', step), value);
}
