// One PostgreSQL server per test run, started by the first test that asks for it, stopped at the end of the run. This is
// vitest's globalSetup; tests call postgres.ts.

import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { isAlive, PREFIX, stopServer } from "./postgresProcess.ts";

declare module "vitest" {
  export interface ProvidedContext {
    readonly postgresRun: string;
  }
}

/** Servers of test runs that were killed. */
const sweepUp = async (): Promise<void> => {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const run = join(tmpdir(), name);
    const owner = join(run, "owner");
    if (!existsSync(owner) || isAlive(Number(readFileSync(owner, "utf8")))) continue;
    await stopServer(run);
    rmSync(run, { recursive: true, force: true });
  }
};

export default async (project: TestProject): Promise<() => Promise<void>> => {
  await sweepUp();
  const run = mkdtempSync(join(tmpdir(), PREFIX));
  // The server's account must be able to walk through.
  chmodSync(run, 0o711);
  writeFileSync(join(run, "owner"), String(process.pid));
  project.provide("postgresRun", run);
  return async () => {
    await stopServer(run);
    rmSync(run, { recursive: true, force: true });
  };
};
