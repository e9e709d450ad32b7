import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{apps,packages,database,workflows,activities,temporal-config,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
  },
});
