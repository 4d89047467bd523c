// How the tests run: every file in a process of its own, because signals, native modules and spawned brokers are real here.

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // A test left alone with .only would make the rest pass unseen.
    allowOnly: false,
  },
});
