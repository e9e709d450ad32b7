import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { hashOf, readStamp, writeStamp } from './hash.mjs';
import { run } from './run.mjs';

const folders = ['packages', 'database', 'workflows', 'activities', 'temporal-config', 'config', 'apps'];
const inputs = [...folders, 'scripts', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
const isInput = (name) => !name.endsWith('.test.ts');

/** Whether dist/ was made from these sources. */
export function buildIsCurrent(root) {
  return existsSync(path.join(root, 'dist')) && readStamp(root, 'build') === hashOf(root, inputs, isInput);
}

/** Emits dist/, the package ipmi-client and the workflow bundle. Types are checked by `npm run check`, not here. */
export async function build(root) {
  const stamp = hashOf(root, inputs, isInput);
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  await run('tsc', process.execPath, [tsc, '-p', 'tsconfig.build.json', '--noCheck'], { cwd: root });
  await run('tsc', process.execPath, [tsc, '-p', 'packages/ipmi-client/tsconfig.build.json', '--noCheck'], {
    cwd: root,
  });
  removeOrphans(root, 'dist', '');
  removeOrphans(root, 'packages/ipmi-client/dist', 'packages/ipmi-client/src');
  if (existsSync(path.join(root, 'workflows/index.ts'))) {
    await run('bundling the workflows', process.execPath, ['scripts/bundle-workflows.mjs'], { cwd: root });
  }
  writeStamp(root, 'build', stamp);
}

/**
 * Removes output whose source is gone. dist/ is never emptied, because running processes may still load from it.
 */
function removeOrphans(root, outFolder, sourceFolder) {
  const out = path.join(root, outFolder);
  if (!existsSync(out)) return;
  for (const entry of readdirSync(out, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name === 'workflow-bundle.js') continue;
    const relative = path.relative(out, path.join(entry.parentPath, entry.name));
    const source = path.join(root, sourceFolder, relative.replace(/(\.d)?\.(js|ts)(\.map)?$/, '.ts'));
    if (/\.(js|d\.ts)(\.map)?$/.test(entry.name) && !existsSync(source)) {
      rmSync(path.join(out, relative), { force: true });
    }
  }
}
