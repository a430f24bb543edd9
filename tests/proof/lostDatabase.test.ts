// Scripts that lose the database before or after one of their statements, for good: they end with 69 or 75 and say why, or with 0 where
// everything was done; what they leave is nothing half, and the same again comes to the same end.

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execute, type FreshDatabase, freshDatabase, withName } from "../support/store/postgres.ts";
import { issues, openSite, rename, type Site, STORIES, story } from "../support/scripts/site.ts";
import { figure } from "./figures.ts";
import { openSqlDeath, type SqlDeath } from "./sqlDeath.ts";

/** Every statement, before and after it, with TANDEM_KILL_STEP=1; else one in so many, from another one in each scenario. */
const STEP = process.env.TANDEM_KILL_STEP === "1" ? 1 : 37;

interface LossScenario {
  readonly script: string;
  readonly words: readonly string[];
  /** What the same again may end with where all was done before: exit code, and a word of what it says. */
  readonly isDone?: readonly [number, string];
  /** Items on the other side are not made anew by the next iteration; not given where the connection is gone. */
  readonly goesOn?: boolean;
  /** What is wrong is what it is to tell: with 1. */
  readonly isLook?: boolean;
  /** On a database without a table. */
  readonly isEmpty?: boolean;
}

const SCENARIOS: readonly LossScenario[] = [
  { script: "deleteConnection", words: ["--connection", "octane-jira", "--yes"] },
  { script: "deleteConnection", words: ["--connection", "octane-jira", "--keep-definition", "--yes"] },
  { script: "copyCrossReferences", words: ["--from", "octane-jira", "--connection", "backlog"] },
  // It leaves the connection stopped.
  { script: "undoRun", words: ["--run", "{run}", "--connection", "octane-jira", "--yes"] },
  { script: "resolveConflict", words: ["--item", "{held}", "--take", "master"], isDone: [64, "no held conflict of"], goesOn: true },
  { script: "restoreDatabase", words: ["{folder}/a.backup", "--replace", "--yes"], goesOn: true },
  { script: "importUserMaps", words: ["{folder}/maps.json", "--replace", "--yes"], goesOn: true },
  { script: "startConnection", words: ["--connection", "octane-jira"], goesOn: true },
  { script: "clearWatermarks", words: ["--connection", "octane-jira", "--yes"], goesOn: true },
  { script: "backupDatabase", words: ["--unverified", "--form", "logical", "--force", "--out", "{folder}/b.backup"], goesOn: true },
  { script: "checkHealth", words: ["--local"], isLook: true, goesOn: true },
  { script: "migrateDatabase", words: [], isEmpty: true },
];

const LOOK = `select jsonb_build_object(
  'links', (select jsonb_agg(jsonb_build_array(s.connection, l.master_id, l.target_id, l.state) order by s.connection, l.master_id) from links l join sync_sets s on s.id = l.sync_set),
  'connections', (select jsonb_agg(jsonb_build_array(name, started) order by name) from connections),
  'watermarks', (select count(*) from watermarks), 'conflicts', (select count(*) from conflicts), 'intents', (select count(*) from intents),
  'people', (select jsonb_agg(jsonb_build_array(person, data_source, user_name) order by 1) from user_maps),
  'facts', (select jsonb_agg(regexp_replace(name, '^health:.*', 'health') order by name) from facts)) as seen`;

let points = 0;
const codes: Record<string, number> = {};
afterAll(() => figure(`lost database: ${SCENARIOS.length} scripts at ${points} statements, exit codes ${JSON.stringify(codes)}`));

describe("a script that loses the database", () => {
  let base: FreshDatabase;
  let empty: FreshDatabase;
  let site: Site;
  let death: SqlDeath;
  let states: { readonly octane: unknown; readonly jira: unknown };
  const known: Record<string, string> = {};
  let made = 0;

  beforeAll(async () => {
    [base, empty] = [await freshDatabase(), await freshDatabase({ migrated: false })];
    site = await openSite({ store: { env: { DATABASE_URL: base.url }, drop: base.drop } });
    const [one, held] = [story(site, "A"), story(site, "B")];
    await site.run("syncIteration");
    writeFileSync(join(site.directory, "maps.json"), JSON.stringify([{ name: "Ann", users: [{ dataSource: "octane", name: "ann" }, { dataSource: "jira", name: "a1" }] }]));
    expect(await site.run("backupDatabase", "--form", "logical", "--unverified", "--out", join(site.directory, "a.backup"))).toMatchObject({ code: 0 });
    rename(site, one, "A2");
    const { out } = await site.run("syncIteration", "--json");
    rename(site, held, "B of one");
    const issue = site.jira.items().find(({ name }) => name === "B");
    site.jira.edit({ action: "update", author: "Bo Chen", type: "Story", project: "DEMO", id: issue?.id ?? "", fields: { summary: "B of another" } });
    expect(await site.run("syncIteration")).toMatchObject({ code: 1 });
    Object.assign(known, { run: (JSON.parse(out) as { readonly run: string }).run, held, folder: site.directory });
    states = { octane: structuredClone(site.octane.state()), jira: structuredClone(site.jira.state()) };
    death = await openSqlDeath(base.url);
  });
  afterAll(async () => {
    await death.close();
    await site.close();
    await empty.drop();
  });

  /** Everything as it was; answers the address of the database. */
  const reset = async ({ words, isEmpty }: LossScenario): Promise<string> => {
    site.octane.load(structuredClone(states.octane));
    site.jira.load(structuredClone(states.jira));
    site.define(STORIES);
    if (words.includes("backlog")) writeFileSync(join(site.directory, "connections", "backlog.yaml"), STORIES.replace("name: octane-jira", "name: backlog"));
    else rmSync(join(site.directory, "connections", "backlog.yaml"), { force: true });
    const name = `${base.name}_${++made}`;
    await execute(base.adminUrl, `create database ${name} template ${isEmpty === true ? empty.name : base.name}`);
    return withName(base.url, name);
  };
  const drop = (url: string) => execute(base.adminUrl, `drop database ${new URL(url).pathname.slice(1)} with (force)`);
  const look = async (url: string): Promise<unknown> => {
    const there = await execute(url, "select to_regclass('facts') is not null as there");
    return there[0]?.there === true ? (await execute(url, LOOK))[0]?.seen : undefined;
  };
  const names = (): readonly (readonly string[])[] => [issues(site), site.octane.items().filter(({ type }) => type === "story").map(({ name }) => name).toSorted()];
  const run = (script: string, words: readonly string[], url: string) => site.runWith(script, words, { env: { DATABASE_URL: url } });

  it.each(SCENARIOS.map((scenario, index) => [`${scenario.script} ${scenario.words.find((word) => /^--(?:keep|replace)/.test(word)) ?? ""}`.trim(), scenario, index] as const))("%s says so, and the same again ends it", async (_title, scenario, index) => {
    const { script, isDone, goesOn, isLook } = scenario;
    const words = scenario.words.map((word) => word.replace(/\{(\w+)\}/, (_all, name: string) => known[name] ?? ""));
    const clean = await reset(scenario);
    const first = await run(script, words, clean);
    const done = { code: first.code, names: names(), seen: await look(clean) };
    await drop(clean);
    // A scenario whose words are refused would prove nothing.
    expect([0, 1], first.err).toContain(first.code);
    for (let n = index % STEP; ; n += STEP) {
      const about = `${n % 2 === 0 ? "before" : "after"} statement ${Math.floor(n / 2) + 1}`;
      const url = await reset(scenario);
      death.arm(Math.floor(n / 2) + 1, n % 2 === 0 ? "before" : "after");
      const lost = await run(script, words, death.through(url));
      if (!death.revive()) {
        expect({ code: lost.code, err: lost.err }).toEqual({ code: done.code, err: first.err === "" ? "" : expect.anything() });
        await drop(url);
        break;
      }
      points++;
      codes[String(lost.code)] = (codes[String(lost.code)] ?? 0) + 1;
      if (lost.code === done.code) expect({ about, seen: await look(url), names: names() }).toEqual({ about, seen: done.seen, names: done.names });
      else if (isLook === true && lost.code === 1) expect({ about, told: lost.out }).toEqual({ about, told: expect.stringMatching(/CRITICAL.*database/) });
      else expect({ about, code: [69, 75].includes(lost.code ?? -1) ? "as told" : lost.code, err: lost.err }).toEqual({ about, code: "as told", err: expect.stringMatching(/database|connection|lock/i) });
      const again = await run(script, words, url);
      if (again.code !== done.code) expect({ about, again: [again.code, `${again.out}${again.err}`] }).toEqual({ about, again: [isDone?.[0], expect.stringContaining(isDone?.[1] ?? "-")] });
      expect({ about, seen: await look(url), names: names() }).toEqual({ about, seen: done.seen, names: done.names });
      if (goesOn === true) {
        const next = await run("syncIteration", ["--connection", "octane-jira"], url);
        expect({ about, code: [0, 1].includes(next.code ?? -1), items: issues(site).length }).toEqual({ about, code: true, items: 2 });
      }
      await drop(url);
    }
  });
});
