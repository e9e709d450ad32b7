import { defineConfig } from 'vitest/config';

const elsewhere = ['**/node_modules/**', '**/dist/**'];
const wholeProduct = 'test/{e2e,fuzz}/**/*.test.ts';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'parts',
          include: ['{apps,packages,database,workflows,activities,temporal-config,config,test}/**/*.test.ts'],
          exclude: [...elsewhere, wholeProduct],
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Each file starts servers and processes that keep a machine busy: one after the other, when the rest is done.
        test: {
          name: 'e2e',
          include: [wholeProduct],
          exclude: elsewhere,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
