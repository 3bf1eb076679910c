import { defineConfig } from 'vitest/config'
import LongestFirst from './test/support/longest-first.ts'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/worker.ts'],
    reporters: ['default', './test/support/failures.ts'],
    sequence: { sequencer: LongestFirst },
    maxWorkers: 2,
    // Prisma, PGlite and both SDKs are read and compiled once a worker, not once a file: see test/support/database.ts
    isolate: false,
    restoreMocks: true,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What must come is waited for as long as its test lasts: how fast a busy machine is, no test asks. Who is answered at
    // once does not wait.
    expect: { poll: { timeout: 25_000 } },
  },
})
