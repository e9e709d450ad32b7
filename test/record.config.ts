import { defineConfig } from 'vitest/config';

/** For what is recorded from others and kept in the repository: `npm run test:record-…`, never a part of `npm test`. */
export default defineConfig({
  test: { include: ['test/**/*.record.ts'], fileParallelism: false },
});
