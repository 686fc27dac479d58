import { defineConfig } from 'vitest/config';

/** Apart from `npm test`, which needs nothing but Node: this runs Verilog. */
export default defineConfig({
  test: { include: ['test/rtl/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 60_000 },
});
