// The proof: longer than a test run may be, part of every CI run.

import { defineConfig } from "vitest/config";
import tests from "../vitest.config.ts";

/** "safeguards" starts a run of its own for each of them, with "any" test file. */
const INCLUDE: Readonly<Record<string, string[]>> = { proof: ["tests/proof/**/*.test.ts"], any: ["tests/**/*.test.ts"], safeguards: ["tests/proof/safeguards.slow.ts"] };

export default defineConfig({ ...tests, test: { ...tests.test, include: INCLUDE[process.env.TANDEM_PROOF ?? "proof"] ?? [], exclude: [], globalSetup: [tests.test?.globalSetup ?? [], "tests/proof/figures.ts"].flat(), testTimeout: 1_800_000, env: { TANDEM_ALL_PROCESSES: "1" } } });
