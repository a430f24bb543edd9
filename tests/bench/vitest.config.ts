// The bench: one file after the other, nothing beside it.

import { defineConfig } from "vitest/config";
import tests from "../vitest.config.ts";

export default defineConfig({ ...tests, test: { ...tests.test, include: ["tests/bench/**/*.bench.ts"], exclude: [], execArgv: [], maxWorkers: 1, fileParallelism: false, testTimeout: 1_800_000, hookTimeout: 600_000 } });
