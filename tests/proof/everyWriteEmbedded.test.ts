// Scripts on the embedded store, killed (SIGKILL) before one of the engine's own operations on its files, or when half of a write is
// there: what they leave is opened by the next start, holds the old state or the new one, and the same again comes to the same end.

import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { openStore } from "../../lib/store/open.ts";
import { issues, openSite, rename, type Site, STORIES, story } from "../support/scripts/site.ts";
import { databaseFolder } from "../support/store/databaseFolder.ts";
import { type FreshEmbedded, freshEmbedded } from "../support/store/postgres.ts";
import { compiledChild } from "../support/testRun/compiled.ts";
import { makeOutcome } from "../store/contractHand.ts";
import { figure } from "./figures.ts";

/** At so many of a script's operations on files, evenly over all of them, from another one in each scenario. */
const POINTS = Number(process.env.TANDEM_KILL_POINTS ?? 1);

interface WriteScenario {
  readonly script: string;
  readonly words: readonly string[];
  /** What is written is one commit: nothing of it is there, or all. Not given: piece by piece. */
  readonly isOneCommit?: true;
}

const SCENARIOS: readonly WriteScenario[] = [
  { script: "syncIteration", words: ["--connection", "octane-jira"] },
  { script: "importUserMaps", words: ["{folder}/maps.json", "--replace", "--yes"], isOneCommit: true },
  { script: "seedCrossReferences", words: ["{folder}/pairs.csv", "--connection", "octane-jira"], isOneCommit: true },
  { script: "copyCrossReferences", words: ["--from", "octane-jira", "--connection", "backlog"] },
  { script: "purgeDatabase", words: ["--yes"] },
  { script: "restoreDatabase", words: ["{folder}/a.backup", "--replace", "--yes"], isOneCommit: true },
];

const LOOK = `select jsonb_build_object(
  'links', (select jsonb_agg(jsonb_build_array(s.connection, l.master_id, l.target_id, l.state) order by s.connection, l.master_id) from links l join sync_sets s on s.id = l.sync_set),
  'connections', (select jsonb_agg(jsonb_build_array(name, started) order by name) from connections), 'watermarks', (select count(*) from watermarks),
  'people', (select jsonb_agg(jsonb_build_array(person, data_source, user_name) order by 1) from user_maps), 'intents', (select count(*) from intents),
  'old', (select count(*) from outcomes where at < '2022-01-01'))::text as seen`;

const RUN = "00000000-0000-4000-8000-00000000000a";

let points = 0;
afterAll(() => figure(`every write of the embedded store: ${SCENARIOS.length} scripts killed at ${points} points`));

describe("a script that is killed while the embedded store writes", () => {
  let home: string;
  let folder: FreshEmbedded;
  let site: Site;
  let preload: string;
  let states: { readonly octane: unknown; readonly jira: unknown };
  const template = (): string => join(home, "template");

  beforeAll(async () => {
    home = mkdtempSync(join(databaseFolder(inject("testRun")), "writes-"));
    folder = await freshEmbedded();
    preload = await compiledChild("proof/fileDeath");
    site = await openSite({ store: { env: { TANDEM_STORE: folder.directory }, drop: folder.drop } });
    const first = story(site, "A");
    expect(await site.run("syncIteration")).toMatchObject({ code: 0 });
    const store = await openStore({ directory: folder.directory, lockWaitSeconds: 30, holder: { host: "test", pid: process.pid, script: "test" }, now: () => new Date().toISOString() });
    const syncSet = (await store.syncSets.list("octane-jira"))[0]?.id ?? 0;
    await store.runs.start({ id: RUN, connection: "octane-jira", script: "s", host: "h", pid: 1, at: "2021-01-15T00:00:00.000Z" });
    await store.record({ outcomes: ["2021-01-15", "2021-02-15"].map((day) => makeOutcome(RUN, syncSet, `${day}T00:00:00.000Z`)) });
    await store.close();
    writeFileSync(join(site.directory, "maps.json"), JSON.stringify([{ name: "Ann", users: [{ dataSource: "octane", name: "ann" }, { dataSource: "jira", name: "a1" }] }]));
    expect(await site.run("backupDatabase", "--unverified", "--out", join(site.directory, "a.backup"))).toMatchObject({ code: 0 });
    rename(site, first, "A of today");
    expect(await site.run("syncIteration")).toMatchObject({ code: 0 });
    const master = story(site, "B");
    const target = site.jira.edit({ action: "create", author: "Bo Chen", type: "Story", project: "DEMO", fields: { summary: "B" } });
    story(site, "C");
    writeFileSync(join(site.directory, "pairs.csv"), `masterId,targetId\n${master},${target.id}\n`);
    states = { octane: structuredClone(site.octane.state()), jira: structuredClone(site.jira.state()) };
    cpSync(folder.directory, template(), { recursive: true });
  });
  afterAll(async () => {
    await site.close();
    rmSync(home, { recursive: true, force: true });
  });

  const reset = ({ words }: WriteScenario): void => {
    site.octane.load(structuredClone(states.octane));
    site.jira.load(structuredClone(states.jira));
    const backlog = join(site.directory, "connections", "backlog.yaml");
    if (words.includes("backlog")) writeFileSync(backlog, STORIES.replace("name: octane-jira", "name: backlog"));
    else rmSync(backlog, { force: true });
    rmSync(folder.directory, { recursive: true, force: true });
    cpSync(template(), folder.directory, { recursive: true });
  };
  /** Of a copy: to look is to open, and who opens mends. */
  const look = async (): Promise<string> => {
    const copy = join(home, "copy");
    rmSync(copy, { recursive: true, force: true });
    cpSync(join(folder.directory, "data"), copy, { recursive: true });
    const lite = await PGlite.create({ dataDir: copy });
    try {
      return (await lite.query<{ readonly seen: string }>(LOOK)).rows[0]?.seen ?? "";
    } finally {
      await lite.close();
    }
  };
  const names = (): readonly (readonly string[])[] => [issues(site), site.octane.items().filter(({ type }) => type === "story").map(({ name }) => name).toSorted()];
  const started = async (script: string, words: readonly string[], more: Readonly<Record<string, string>>) => (await site.startWith(script, words, { env: { NODE_OPTIONS: `--import=file://${preload}`, TANDEM_DIE_IN: folder.directory, ...more } })).ended;

  it.each(SCENARIOS.map((scenario, index) => [scenario.script, scenario, index] as const))("%s leaves the old or the new, and the next start opens it", async (_title, scenario, index) => {
    const { script, isOneCommit } = scenario;
    const words = scenario.words.map((word) => word.replace("{folder}", site.directory));
    reset(scenario);
    const old = await look();
    const counted = join(home, "count");
    const first = await started(script, words, { TANDEM_COUNT: counted });
    expect([0, 1], first.err).toContain(first.code);
    const done = { code: first.code, seen: await look(), names: names() };
    const all = Number(readFileSync(counted, "utf8"));
    figure(`every write of the embedded store: ${script} makes ${all}`);
    expect(all).toBeGreaterThan(POINTS);
    for (let n = 0; n < POINTS; n++) {
      reset(scenario);
      // Opening the store writes, too, and so does closing it: those are among them.
      const at = 1 + Math.floor(((n + (index + 1) / (SCENARIOS.length + 1)) * all) / POINTS);
      const killed = await started(script, words, { TANDEM_DIE_AT: String(at) });
      if (killed.code !== null) continue;
      points++;
      expect(existsSync(join(folder.directory, "data"))).toBe(true);
      const left = await look();
      if (isOneCommit === true) expect({ at, all, isEither: left === old || left === done.seen, left }).toEqual({ at, all, isEither: true, left });
      const again = await site.run(script, ...words);
      expect({ at, all, code: again.code, err: again.err, seen: await look(), names: names() }).toEqual({ at, all, code: done.code, err: expect.anything(), seen: done.seen, names: done.names });
    }
    expect(points).toBeGreaterThan(0);
  });
});
