// How the tests are run: real processes and real databases, so few at a time. Two forks suit the smallest machine; more
// cores take more, but tests that start processes must not fight for them.

import { availableParallelism } from 'node:os'

import { defineConfig } from 'vitest/config'

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration so
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/run-global.ts'],
    environment: 'node',
    env: { MIDWATCH_HTTP: 'off' },
    pool: 'forks',
    maxWorkers: Math.max(2, Math.min(4, availableParallelism())),
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 30_000,
    // What is waited for comes when the machine brings it; this long only where it never comes.
    expect: { poll: { timeout: 25_000 } },
  },
})
