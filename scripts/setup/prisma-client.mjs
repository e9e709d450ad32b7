import { existsSync } from 'node:fs';
import path from 'node:path';
import { hashOf, readStamp, writeStamp } from './hash.mjs';
import { run } from './run.mjs';

const inputs = ['prisma/schema.prisma', 'prisma.config.ts', 'node_modules/prisma/package.json'];

/** Whether database/generated was made from this schema by this version of Prisma. */
export function clientIsCurrent(root) {
  if (!existsSync(path.join(root, 'prisma/schema.prisma'))) return true;
  return existsSync(path.join(root, 'database/generated')) && readStamp(root, 'generate') === hashOf(root, inputs);
}

/** Generates the client without an engine (none is needed for it) and without Prisma's calls home. */
export async function generateClient(root) {
  const stamp = hashOf(root, inputs);
  await run('prisma generate', process.execPath, ['node_modules/prisma/build/index.js', 'generate'], {
    cwd: root,
    env: {
      PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true',
      CHECKPOINT_DISABLE: '1',
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      // prisma.config.ts may name the variable; generating never connects.
      DATABASE_URL: process.env['DATABASE_URL'] ?? 'postgresql://unused@127.0.0.1/unused',
    },
  });
  writeStamp(root, 'generate', stamp);
}
