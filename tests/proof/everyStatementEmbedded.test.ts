// Purging and importing user maps on the embedded store, in processes that are killed (SIGKILL) before or after one of their
// statements; the next process opens what they left and resumes plainly.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, inject, it } from "vitest";
import { compiledChild } from "../support/testRun/compiled.ts";
import { databaseFolder } from "../support/store/databaseFolder.ts";
import { SHORT_LIVED } from "../support/scripts/process.ts";
import { figure } from "./figures.ts";
import { STATEMENT_SCENARIOS } from "./statementScenarios.ts";

/** 1: at each statement, before and after it. Else at each of so many: a process on this store starts for seconds. */
const STEP = process.env.TANDEM_KILL_STEP === "1" ? 1 : 20;

/** Many people take other statements on a server alone. */
const SCENARIOS = STATEMENT_SCENARIOS.filter(({ title }) => !title.includes("of many"));

let points = 0;
afterAll(() => figure(`every statement on the embedded store: a purge and three imports killed at ${points} points`));

interface Ended {
  readonly signal: string | null;
  readonly said: Readonly<Record<string, unknown>>;
}

const run = async (directory: string, title: string, ...words: readonly string[]): Promise<Ended> => {
  const child = await compiledChild("proof/embeddedChild");
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [...SHORT_LIVED, child, directory, title, ...words], { encoding: "utf8" });
  if (status !== 0 && signal !== "SIGKILL") throw new Error(stderr);
  return { signal, said: Object.assign({}, ...stdout.trim().split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as object)) as Ended["said"] };
};

describe("killed before and after statements on the embedded store", () => {
  it.each(SCENARIOS.map(({ title }, index) => [title, index] as const))("%s leaves nothing half done, and the next process ends it", async (title, index) => {
    const directory = mkdtempSync(join(databaseFolder(inject("testRun")), "embedded-"));
    try {
      let killed = 0;
      for (let n = index % STEP; ; n += STEP, killed++) {
        const about = `killed ${n % 2 === 0 ? "before" : "after"} statement ${Math.floor(n / 2) + 1}`;
        const { signal, said } = await run(directory, title, String(Math.floor(n / 2) + 1), n % 2 === 0 ? "before" : "after");
        if (killed > 0) expect({ before: about, wrong: said.wrong, contents: said.contents, again: said.again, still: said.still }).toEqual({ before: about, wrong: null, contents: said.done, again: said.nothing, still: true });
        if (signal === null) {
          expect(said.alive).toBeGreaterThan(3);
          break;
        }
      }
      points += killed;
      expect(killed).toBeGreaterThanOrEqual(1);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }, 600_000);
});
