import { defineConfig } from 'vitest/config';

const elsewhere = ['**/node_modules/**', '**/dist/**'];
const wholeProduct = 'test/{conformance,e2e,fuzz}/**/*.test.ts';
/** For hangs, not for slowness: a busy machine may take ten times as long as a quiet one. */
const testTimeout = 60_000;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'parts',
          testTimeout,
          include: ['{apps,packages,database,workflows,activities,temporal-config,config,test}/**/*.test.ts'],
          exclude: [...elsewhere, wholeProduct],
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Each file starts servers and processes that keep a machine busy: one after the other, when the rest is done.
        test: {
          name: 'e2e',
          testTimeout,
          include: [wholeProduct],
          exclude: elsewhere,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
