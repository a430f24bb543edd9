// One folder per test run for what its test files share: a PostgreSQL server (../store/postgres.ts) and the compiled scripts
// (compiled.ts), each made by the first test that asks for it, gone at the end of the run. This is vitest's globalSetup.

import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { compiledFolder } from "./compiledFolder.ts";
import { databaseFolder } from "../store/databaseFolder.ts";
import { isAlive, PREFIX, stopServer } from "../store/postgresProcess.ts";

declare module "vitest" {
  export interface ProvidedContext {
    readonly testRun: string;
  }
}

const clear = async (run: string): Promise<void> => {
  await stopServer(databaseFolder(run));
  for (const folder of [databaseFolder(run), compiledFolder(run), run]) rmSync(folder, { recursive: true, force: true });
};

/** What is left of test runs that were killed. */
const sweepUp = async (): Promise<void> => {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const run = join(tmpdir(), name);
    const owner = join(run, "owner");
    if (!existsSync(owner) || isAlive(Number(readFileSync(owner, "utf8")))) continue;
    await clear(run);
  }
};

export default async (project: TestProject): Promise<() => Promise<void>> => {
  await sweepUp();
  const run = mkdtempSync(join(tmpdir(), PREFIX));
  mkdirSync(databaseFolder(run), { recursive: true });
  // The server's account must be able to walk through.
  for (const folder of [run, databaseFolder(run)]) chmodSync(folder, 0o711);
  writeFileSync(join(run, "owner"), String(process.pid));
  project.provide("testRun", run);
  return async () => {
    await clear(run);
  };
};
