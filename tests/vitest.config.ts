// How the tests run: files in parallel on the cores there are, each with its own process; no retries, a flaky test is a defect.

import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { optimiseLater } from "./support/testRun/engineFlags.ts";
import { LongFirst } from "./support/testRun/longFirst.ts";

export default defineConfig({
  test: {
    root: new URL("..", import.meta.url).pathname,
    include: ["tests/**/*.test.ts"],
    // The proof takes its own time: npm run proof.
    exclude: ["tests/proof/**"],
    globalSetup: ["tests/support/testRun/testRun.ts"],
    pool: "forks",
    // Test files of one process share the modules they import: reading the code anew for each would be a fifth of the run. So no
    // test may leave anything behind in its process.
    isolate: false,
    execArgv: [...optimiseLater(8)],
    // Tests of scripts and stores wait for other processes half of their time.
    maxWorkers: availableParallelism() + 3,
    sequence: { sequencer: LongFirst },
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // A condition is waited for as long as a busy machine may take; who waits in vain is told what was missing.
    expect: { poll: { timeout: 60_000 } },
    retry: 0,
  },
});
