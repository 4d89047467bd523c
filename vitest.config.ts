// How the tests run: every file in a process of its own, because signals, native modules and spawned brokers are real here.

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/threads.ts'],
    pool: 'forks',
    // As for the daemon: see WASM_SAFE in src/commands/handover.ts.
    execArgv: ['--wasm-wrapper-tiering-budget=1000000000'],
    // A test that passes does not wait for it, and on a busy machine with a slow disk thousands of real flushes take their time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A test left alone with .only would make the rest pass unseen.
    allowOnly: false,
  },
});
