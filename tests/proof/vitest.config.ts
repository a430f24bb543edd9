// The proof: longer than a test run may be, part of every CI run.

import { defineConfig } from "vitest/config";
import tests from "../vitest.config.ts";

export default defineConfig({ ...tests, test: { ...tests.test, include: process.env.TANDEM_ANY_TEST === "1" ? ["tests/**/*.test.ts"] : ["tests/proof/**/*.test.ts"], exclude: [], testTimeout: 600_000 } });
