// Scripts that write files, killed (SIGKILL) before each of their operations on them and in the middle of each write: every file is the
// old one or the new one, the same again comes to the same end, and nothing half is left beside it.

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compiledChild } from "../support/testRun/compiled.ts";
import { openSite, type Site, STORIES } from "../support/scripts/site.ts";
import { figure } from "./figures.ts";

/** Every point with TANDEM_KILL_STEP=1; else one in so many, from another one in each scenario. */
const STEP = process.env.TANDEM_KILL_STEP === "1" ? 1 : 7;

type Files = Readonly<Record<string, string>>;

interface FileScenario {
  readonly title: string;
  readonly script: string;
  readonly words: readonly string[];
  /** What stands in the folder beside the definitions. */
  readonly more?: Files;
  /** What the second start may end with where the first had done everything. */
  readonly isDone?: { readonly code: number; readonly says: string };
  /** Of a file's content what must be the same; not given: all of it. */
  readonly essence?: (path: string, text: string) => string;
}

const SOURCE = ["--system", "octane", "--url", "{octane}", "--credential", "clientId=tandem_client", "--credential", "clientSecret=${env:OCTANE_SECRET}", "--scope", "space=1001", "--sample-project", "1002"];
const LOG = Object.fromEntries(["log", "log.1", "log.2", "log.3"].map((name) => [`logs/${name}`, `{"planted":"${name}"}${" ".repeat(1100)}\n`]));

const SCENARIOS: readonly FileScenario[] = [
  { title: "initDataSource", script: "initDataSource", words: ["second", ...SOURCE], isDone: { code: 73, says: 'has a data source "second" already' } },
  { title: "initConnection", script: "initConnection", words: ["second", "--master", "octane", "--target", "jira", "--projects", "1002~DEMO", "--types", "story~Story"], isDone: { code: 73, says: "exists already" } },
  { title: "copySyncSets", script: "copySyncSets", words: ["--template", "1002~DEMO", "--to", "1003~SHOP", "--local"], isDone: { code: 1, says: "1003~SHOP" } },
  { title: "deleteConnection", script: "deleteConnection", words: ["--connection", "octane-jira", "--yes"], isDone: { code: 64, says: 'no connection is called "octane-jira"' } },
  { title: "an export piece by piece", script: "exportCrossReferences", words: ["--all", "--out", "{folder}/out.csv"], more: { "out.csv": "of yesterday\n" } },
  { title: "a report", script: "auditReport", words: ["--all", "--out", "{folder}/report.html"], more: { "report.html": "of yesterday\n" }, essence: (_path, text) => `${text.startsWith("<!")} ${text.trimEnd().endsWith("</html>")}` },
  { title: "a backup", script: "backupDatabase", words: ["--form", "logical", "--unverified", "--out", "{folder}/a.backup"], isDone: { code: 73, says: "exists already" }, essence: () => "" },
];

let points = 0;
afterAll(() => figure(`every file: ${SCENARIOS.length + 1} scripts killed at ${points} points`));

describe("killed before and within each operation on files", () => {
  let site: Site;
  let before: string;
  let preload: string;
  beforeAll(async () => {
    site = await openSite();
    before = `${site.directory}.before`;
    site.define(STORIES);
    await site.run("migrateDatabase");
    cpSync(site.directory, before, { recursive: true });
    preload = await compiledChild("proof/fileDeath");
  });
  afterAll(async () => {
    rmSync(before, { recursive: true, force: true });
    await site.close();
  });

  const reset = (more: Files): void => {
    rmSync(site.directory, { recursive: true, force: true });
    cpSync(before, site.directory, { recursive: true });
    for (const [path, text] of Object.entries(more)) {
      mkdirSync(join(site.directory, path, ".."), { recursive: true });
      writeFileSync(join(site.directory, path), text);
    }
  };
  const files = (essence: FileScenario["essence"] = (_path, text) => text): Files =>
    Object.fromEntries(
      readdirSync(site.directory, { recursive: true })
        .map(String)
        .filter((path) => statSync(join(site.directory, path)).isFile())
        .toSorted()
        .map((path) => [path, essence(path, readFileSync(join(site.directory, path), "utf8"))]),
    );
  const isBeside = (path: string): boolean => /\.(tmp|unproved)$/.test(path);
  const killedAt = async (script: string, words: readonly string[], at: number): Promise<boolean> => {
    const env = { NODE_OPTIONS: `--import=file://${preload}`, TANDEM_DIE_IN: site.directory, TANDEM_DIE_AT: String(at) };
    const { code, err } = await (await site.startWith(script, words, { env })).ended;
    if (code !== null) expect([code, err]).toEqual([0, expect.anything()]);
    return code === null;
  };
  const filled = (words: readonly string[]): readonly string[] => words.map((word) => word.replace("{octane}", site.octane.url).replace("{folder}", site.directory));

  it.each(SCENARIOS.map((scenario, index) => [scenario.title, scenario, index] as const))("%s leaves the old or the new, and comes to its end", async (_title, { script, words: given, more = {}, isDone, essence }, index) => {
    const words = filled(given);
    reset(more);
    const old = files(essence);
    expect(await site.run(script, ...words)).toMatchObject({ code: 0 });
    const done = files(essence);
    for (let at = 1 + (index % STEP); ; at += STEP) {
      reset(more);
      if (!(await killedAt(script, words, at))) break;
      points++;
      const left = Object.entries(files(essence)).filter(([path]) => !isBeside(path));
      expect({ at, wrong: left.filter(([path, text]) => text !== old[path] && text !== done[path]).map(([path]) => path), missing: Object.keys(old).filter((path) => path in done && !left.some(([name]) => name === path)) }).toEqual({ at, wrong: [], missing: [] });
      const again = await site.run(script, ...words);
      if (again.code !== 0) expect({ at, code: again.code, told: `${again.out}${again.err}` }).toEqual({ at, code: isDone?.code, told: expect.stringContaining(isDone?.says ?? "") });
      // Who had nothing left to do has written nothing either, and so cleared nothing.
      const end = Object.fromEntries(Object.entries(files(essence)).filter(([path]) => again.code === 0 || !isBeside(path)));
      expect({ at, end }).toEqual({ at, end: done });
    }
    expect(points).toBeGreaterThan(0);
  });

  it("the rotation of the log loses no file that it was to keep", async () => {
    const words = ["--log", join(site.directory, "logs", "log")];
    const settings = { "settings.yaml": "log: { file: logs/log, maxMegabytes: 0.001, keep: 3 }\n" };
    const planted = (): readonly string[] => Object.values(files()).flatMap((text) => /"planted":"[^"]+"/g.exec(text)?.[0] ?? []).toSorted();
    const kept = ["log", "log.1", "log.2"].map((name) => `"planted":"${name}"`);
    for (let at = 1; ; at++) {
      reset({ ...LOG, ...settings });
      if (!(await killedAt("startConnection", [...words, "--connection", "octane-jira"], at))) break;
      points++;
      const turn = join(site.directory, "logs", "log.rotating");
      // As if it were a while later: who moves files for a minute has died at it.
      if (existsSync(turn)) utimesSync(turn, new Date(), new Date(Date.now() - 120_000));
      expect(await site.run("startConnection", ...words, "--connection", "octane-jira")).toMatchObject({ code: 0 });
      expect({ at, planted: planted().filter((word) => kept.includes(word)) }).toEqual({ at, planted: kept });
    }
  });
});
