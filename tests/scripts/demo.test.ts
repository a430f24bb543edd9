import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyScript } from "../support/scripts/help.ts";
import { freshDatabase, type FreshDatabase } from "../support/store/postgres.ts";
import { runScript } from "../support/scripts/process.ts";
import { runScript as runHere } from "../../lib/cli/script/script.ts";
import definition from "../../scripts/demo.ts";

everyScript("demo");

interface Summary {
  readonly octane: string;
  readonly jira: string;
  readonly master: string;
  readonly target: string;
  readonly report: string;
  readonly calls: number;
  readonly leastCalls: number;
  readonly steps: readonly { readonly step: string; readonly said: string; readonly counts?: Readonly<Record<string, number>> }[];
}

describe("demo", () => {
  let database: FreshDatabase;
  let home = "";
  beforeAll(async () => {
    database = await freshDatabase();
    home = mkdtempSync(join(tmpdir(), "tandem-demo-"));
  });
  afterAll(async () => {
    await database.drop();
    rmSync(home, { recursive: true, force: true });
  });

  it("walks the use case into step, prints one summary, and leaves both sides to be looked at", async () => {
    const { code, out } = await runScript("demo", ["--json", "--keep", "1"], { cwd: home, env: { DATABASE_URL: database.url } });
    expect(code).toBe(0);
    const summary = JSON.parse(out) as Summary;
    const said = (step: string) => summary.steps.filter((entry) => entry.step === step);
    expect(said("first iteration")[0]?.counts?.created).toBeGreaterThan(100);
    expect(said("once more").map((entry) => entry.counts)).toEqual([{}, {}]);
    expect(said("iteration after the edits")[0]?.counts).toMatchObject({ updated: 2, comments: 1, attachments: 1, conflicts: 1 });
    expect(Object.keys(said("audit")[0]?.counts ?? {}).filter((state) => state !== "in step" && (said("audit")[0]?.counts?.[state] ?? 0) > 0)).toEqual([]);
    expect(readFileSync(summary.report, "utf8")).toContain("<svg");
    for (const address of [summary.octane, summary.jira]) expect(await (await fetch(address, { headers: { accept: "text/html" } })).text()).toContain("<table");
  }, 180_000);

  it("walks another pair with the types both have, decides doubts by rule, and writes nothing once in step", async () => {
    const { code, out, err } = await runScript("demo", ["--pair", "alm-qc,azure-devops", "--json", "--keep", "3"], { cwd: home, env: { DATABASE_URL: database.url } });
    expect([code, err]).toEqual([0, ""]);
    const summary = JSON.parse(out) as Summary;
    const said = (step: string) => summary.steps.filter((entry) => entry.step === step);
    expect(said("connection of the standalone types")[0]?.said).toContain("defect ~ Bug, requirement ~ Product Backlog Item");
    expect(said("first iteration")[0]?.counts).toMatchObject({ created: 42 });
    expect(said("releases, sprints and the links to them")[0]?.said).toContain("release ~ release, release-cycle ~ sprint");
    expect(said("once more").map((entry) => entry.counts)).toEqual([{}, {}]);
    expect(said("iteration after the edits")[0]?.counts).toMatchObject({ updated: 2, comments: 1, attachments: 1, conflicts: 1 });
    expect(said("audit")[0]?.counts).toMatchObject({ "in step": 41 });
    for (const address of [summary.master, summary.target]) expect((await fetch(`${address}/_sandbox/items`)).status).toBe(200);
  }, 240_000);

  it.each([
    ["a system that is not there", "alm-qc,mantis", 'there is no sandbox "mantis"'],
    ["one system alone", "octane", 'there is no sandbox ""'],
    ["one system twice", "octane,octane", "names no two systems"],
  ])("refuses %s with 64", async (_what, pair, message) => {
    let err = "";
    const code = await runHere(definition, ["--pair", pair], { out: { write: () => undefined }, err: { write: (text) => (err += text) } });
    expect([code, err.includes(message)]).toEqual([64, true]);
  });
});
