// A site in which something of everything has happened, and deeds on it that write: what they are called with, what they leave, and how
// all is put back as it was. For proofs that take something away from a process in the middle.

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Ended, Running } from "../support/scripts/process.ts";
import { issues, openSite, rename, type Site, STORIES, story } from "../support/scripts/site.ts";
import { execute, type FreshDatabase, freshDatabase, withName } from "../support/store/postgres.ts";
import { openSqlDeath, type SqlDeath } from "./sqlDeath.ts";

export interface DeedScenario {
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

export const DEEDS: readonly DeedScenario[] = [
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

export interface DeedStage {
  readonly site: Site;
  readonly death: SqlDeath;
  /** With what the site has given: a run, an item, its folder. */
  words(scenario: DeedScenario): readonly string[];
  /** Everything as it was; answers the address of a database of its own. */
  reset(scenario: DeedScenario): Promise<string>;
  drop(url: string): Promise<unknown>;
  /** What the store holds; undefined: no tables. */
  look(url: string): Promise<unknown>;
  /** Items on both sides. */
  names(): readonly (readonly string[])[];
  run(script: string, words: readonly string[], url: string): Promise<Ended>;
  start(script: string, words: readonly string[], url: string): Promise<Running>;
  close(): Promise<void>;
}

export const openDeedStage = async (): Promise<DeedStage> => {
  const [base, empty]: readonly FreshDatabase[] = [await freshDatabase(), await freshDatabase({ migrated: false })];
  if (base === undefined || empty === undefined) throw new Error("no database");
  const site = await openSite({ store: { env: { DATABASE_URL: base.url }, drop: base.drop } });
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
  const known: Readonly<Record<string, string>> = { run: (JSON.parse(out) as { readonly run: string }).run, held, folder: site.directory };
  const states = { octane: structuredClone(site.octane.state()), jira: structuredClone(site.jira.state()) };
  const death = await openSqlDeath(base.url);
  let made = 0;
  const start: DeedStage["start"] = (script, words, url) => site.startWith(script, words, { env: { DATABASE_URL: url } });
  return {
    site,
    death,
    words: (scenario) => scenario.words.map((word) => word.replace(/\{(\w+)\}/, (_all, name: string) => known[name] ?? "")),
    reset: async ({ words, isEmpty }) => {
      site.octane.load(structuredClone(states.octane));
      site.jira.load(structuredClone(states.jira));
      site.define(STORIES);
      if (words.includes("backlog")) writeFileSync(join(site.directory, "connections", "backlog.yaml"), STORIES.replace("name: octane-jira", "name: backlog"));
      else rmSync(join(site.directory, "connections", "backlog.yaml"), { force: true });
      const name = `${base.name}_${++made}`;
      await execute(base.adminUrl, `create database ${name} template ${isEmpty === true ? empty.name : base.name}`);
      return withName(base.url, name);
    },
    drop: (url) => execute(base.adminUrl, `drop database ${new URL(url).pathname.slice(1)} with (force)`),
    look: async (url) => {
      const there = await execute(url, "select to_regclass('facts') is not null as there");
      return there[0]?.there === true ? (await execute(url, LOOK))[0]?.seen : undefined;
    },
    names: () => [issues(site), site.octane.items().filter(({ type }) => type === "story").map(({ name }) => name).toSorted()],
    run: (script, words, url) => site.runWith(script, words, { env: { DATABASE_URL: url } }),
    start,
    close: async () => {
      await death.close();
      await site.close();
      await empty.drop();
    },
  };
};

export const titleOf = ({ script, words }: DeedScenario): string => `${script} ${words.find((word) => /^--(?:keep|replace)/.test(word)) ?? ""}`.trim();
