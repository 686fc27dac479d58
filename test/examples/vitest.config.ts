import { defineConfig } from 'vitest/config';

/** Apart from `npm test`: this takes models and photographs that traces/detector fetches, and Debian's numpy. */
export default defineConfig({
  test: { include: ['test/examples/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 300_000, maxWorkers: 2 },
});
