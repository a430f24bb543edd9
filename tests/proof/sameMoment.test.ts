// Two scripts in the same moment, on one real PostgreSQL: the first is stopped before one of its statements, the second is started and
// ends or waits for what the first holds, then the first goes on. Each ends as it would alone or with 75 and who is in its way; whoever
// was in the way starts again; and what is there in the end is what one after the other would have left.

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execute, type FreshDatabase, freshDatabase, withName } from "../support/store/postgres.ts";
import { openSite, rename, type Site, STORIES, story } from "../support/scripts/site.ts";
import type { Ended } from "../support/scripts/process.ts";
import { figure } from "./figures.ts";
import { openSqlDeath, type SqlDeath } from "./sqlDeath.ts";

/** Stopped before one statement in so many, from another one in each pair; TANDEM_KILL_STEP=1: before every one. */
const STEP = Number(process.env.TANDEM_KILL_STEP ?? 29);

interface Words {
  readonly script: string;
  readonly words: readonly string[];
}

/** empty: no table; unpaired: tables without a row; cleared: the same, for a backup. Not given: what an iteration left. */
type Ground = "filled" | "empty" | "unpaired" | "cleared";

interface Pair {
  readonly first: Words;
  readonly second: Words;
  readonly ground?: Ground;
  /** What either may end with as well, and what it says then: it alone would never. */
  readonly refused?: readonly [number, RegExp];
}

const SYNC: Words = { script: "syncIteration", words: ["--connection", "octane-jira"] };
const ALL: Words = { script: "syncIteration", words: ["--all"] };
const MIGRATE: Words = { script: "migrateDatabase", words: [] };
const SEED: Words = { script: "seedCrossReferences", words: ["{folder}/pairs.csv", "--connection", "octane-jira"] };
const COPY: Words = { script: "copyCrossReferences", words: ["--from", "octane-jira", "--connection", "backlog"] };
const DELETE: Words = { script: "deleteConnection", words: ["--connection", "octane-jira", "--yes"] };
const ADD: Words = { script: "importUserMaps", words: ["{folder}/more.json"] };
const REPLACE: Words = { script: "importUserMaps", words: ["{folder}/maps.json", "--replace", "--yes"] };
const RESTORE: Words = { script: "restoreDatabase", words: ["{folder}/a.backup"] };

const swapped = ({ first, second, ...rest }: Pair): readonly Pair[] => [{ first, second, ...rest }, { first: second, second: first, ...rest }];

const FILLED: readonly [number, RegExp] = [64, /is not empty/];

const PAIRS: readonly Pair[] = [
  { first: MIGRATE, second: MIGRATE, ground: "empty" },
  { first: SYNC, second: SYNC, ground: "empty" },
  { first: MIGRATE, second: SYNC, ground: "empty" },
  { first: ALL, second: ALL },
  { first: REPLACE, second: REPLACE },
  ...swapped({ first: ADD, second: REPLACE }),
  ...swapped({ first: SEED, second: SYNC, ground: "unpaired" }),
  ...swapped({ first: DELETE, second: SYNC }),
  ...swapped({ first: COPY, second: SEED }),
  { first: RESTORE, second: RESTORE, ground: "cleared", refused: FILLED },
  ...swapped({ first: RESTORE, second: ADD, ground: "cleared", refused: FILLED }),
  ...swapped({ first: RESTORE, second: SYNC, ground: "cleared", refused: FILLED }),
];

const LOOK = `select jsonb_build_object(
  'links', (select jsonb_agg(jsonb_build_array(s.connection, l.master_id, l.target_id, l.state) order by s.connection, l.master_id) from links l join sync_sets s on s.id = l.sync_set),
  'connections', (select jsonb_agg(jsonb_build_array(name, started) order by name) from connections),
  'watermarks', (select jsonb_agg(jsonb_build_array(s.key, w.side) order by s.key, w.side) from watermarks w join sync_sets s on s.id = w.sync_set), 'intents', (select count(*) from intents),
  'people', (select jsonb_agg(jsonb_build_array(person, data_source, user_name) order by 1) from user_maps)) as seen`;

let points = 0;
const codes: Record<string, number> = {};
afterAll(() => figure(`same moment: ${PAIRS.length} pairs of scripts at ${points} statements of the first, exit codes ${JSON.stringify(codes)}`));

describe("two scripts in the same moment", () => {
  const grounds: FreshDatabase[] = [];
  let site: Site;
  let death: SqlDeath;
  let states: { readonly octane: unknown; readonly jira: unknown };
  let named: Readonly<Record<Ground, string>>;
  let made = 0;

  beforeAll(async () => {
    const [filled, empty, unpaired] = [await freshDatabase(), await freshDatabase({ migrated: false }), await freshDatabase()];
    grounds.push(filled, empty, unpaired);
    named = { filled: filled.name, empty: empty.name, unpaired: unpaired.name, cleared: unpaired.name };
    site = await openSite({ store: { env: { DATABASE_URL: filled.url }, drop: () => undefined } });
    const paired = story(site, "A");
    const other = site.octane.edit({ action: "create", author: "anna.berg@example.com", type: "story", project: "1003", fields: { name: "C" } });
    definitions();
    writeFileSync(join(site.directory, "more.json"), JSON.stringify([{ name: "Bo", users: [{ dataSource: "octane", name: "bo" }, { dataSource: "jira", name: "b1" }] }]));
    writeFileSync(join(site.directory, "maps.json"), JSON.stringify([{ name: "Ann", users: [{ dataSource: "octane", name: "ann" }, { dataSource: "jira", name: "a1" }] }]));
    expect(await site.run("syncIteration", "--all")).toMatchObject({ code: 0 });
    expect(await site.run("backupDatabase", "--form", "logical", "--unverified", "--out", join(site.directory, "a.backup"))).toMatchObject({ code: 0 });
    rename(site, paired, "A of today");
    site.octane.edit({ action: "update", author: "anna.berg@example.com", type: "story", project: "1003", id: other.id, fields: { name: "C of today" } });
    const master = story(site, "B");
    const target = site.jira.edit({ action: "create", author: "Bo Chen", type: "Story", project: "DEMO", fields: { summary: "B" } });
    writeFileSync(join(site.directory, "pairs.csv"), `masterId,targetId\n${master},${target.id}\n`);
    states = { octane: structuredClone(site.octane.state()), jira: structuredClone(site.jira.state()) };
    death = await openSqlDeath(filled.url);
  });
  afterAll(async () => {
    await death.close();
    await site.close();
    for (const ground of grounds) await ground.drop();
  });

  const definitions = (): void => {
    site.define(STORIES);
    for (const [name, projects] of [["second", 'master: "1003", target: "SEC"']] as const) writeFileSync(join(site.directory, "connections", `${name}.yaml`), STORIES.replace("name: octane-jira", `name: ${name}`).replace('master: "1002", target: "DEMO"', projects));
  };
  /** Everything as it was; answers the address of the database. */
  const reset = async ({ first, second, ground = "filled" }: Pair): Promise<string> => {
    site.octane.load(structuredClone(states.octane));
    site.jira.load(structuredClone(states.jira));
    definitions();
    const backlog = join(site.directory, "connections", "backlog.yaml");
    if ([first, second].includes(COPY)) writeFileSync(backlog, STORIES.replace("name: octane-jira", "name: backlog"));
    else rmSync(backlog, { force: true });
    const name = `${grounds[0]?.name}_${++made}`;
    await execute(grounds[0]?.adminUrl ?? "", `create database ${name} template ${named[ground]}`);
    return withName(grounds[0]?.url ?? "", name);
  };
  const drop = (url: string) => execute(grounds[0]?.adminUrl ?? "", `drop database ${new URL(url).pathname.slice(1)} with (force)`);
  const names = (side: "octane" | "jira"): readonly string[] => site[side].items().filter(({ type }) => /^story$/i.test(type)).map(({ name }) => name).toSorted();
  const look = async (url: string): Promise<unknown> => ({ seen: (await execute(url, LOOK))[0]?.seen, octane: names("octane"), jira: names("jira") });
  const start = ({ script, words }: Words, url: string) => site.startWith(script, words.map((word) => word.replace("{folder}", site.directory)), { env: { DATABASE_URL: url } });
  const run = async (words: Words, url: string): Promise<Ended> => (await start(words, url)).ended;
  /** Of another's session, of which nobody but the first is in the way. */
  const isWaiting = async (url: string): Promise<boolean> => (await execute(url, "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")).length > 0;

  /** One after the other: what both ended with, and what they left. */
  const inTurn = async (pair: Pair, one: Words, other: Words): Promise<{ readonly ends: readonly (readonly [Words, number | null])[]; readonly left: unknown }> => {
    const url = await reset(pair);
    const ends = [[one, (await run(one, url)).code], [other, (await run(other, url)).code]] as const;
    const left = await look(url);
    await drop(url);
    return { ends, left };
  };

  const titled = PAIRS.map((pair, index) => [`${[pair.first, pair.second].map(({ script, words }) => [script, ...words.filter((word) => /^--(all|replace)$/.test(word))].join(" ")).join(" | ")}${pair.ground === undefined ? "" : `, ${pair.ground}`}`, pair, index] as const);

  it.each(titled)("%s", async (_title, pair, index) => {
    const { first, second, refused } = pair;
    const orders = [await inTurn(pair, first, second), await inTurn(pair, second, first)];
    const alone = (words: Words): readonly (number | null)[] => orders.flatMap(({ ends }) => ends.filter(([which]) => which === words).map(([, code]) => code));
    for (let at = 1 + (index % STEP); ; at += STEP) {
      const url = await reset(pair);
      const stopped = death.stopAt(at);
      const one = await start(first, death.through(url));
      if ((await Promise.race([stopped.then(() => "stopped" as const), one.ended])) !== "stopped") {
        death.release();
        await drop(url);
        break;
      }
      points++;
      const other = await start(second, url);
      let ended = false;
      void other.ended.then(() => (ended = true));
      await expect.poll(async () => ended || isWaiting(url), { timeout: 60_000, interval: 20 }).toBe(true);
      death.release();
      const ends = [await one.ended, await other.ended] as const;
      const again: Words[] = [];
      for (const [which, words] of [first, second].entries()) {
        const { code, err } = ends[which] as Ended;
        codes[String(code)] = (codes[String(code)] ?? 0) + 1;
        const about = { at, which: words.script, code, err };
        if (code === 75) {
          expect(about).toEqual({ ...about, err: expect.stringMatching(/locked by|at work|removed after|stopped by|changed after|lost to another|belongs to another|in the way/) });
          again.push(words);
        } else if (refused !== undefined && code === refused[0]) expect(about).toEqual({ ...about, err: expect.stringMatching(refused[1]) });
        else expect({ ...about, isAsAlone: alone(words).includes(code) }).toEqual({ ...about, isAsAlone: true });
      }
      for (const words of again) await run(words, url);
      expect(orders.map(({ left }) => JSON.stringify(left)), JSON.stringify({ at, ends })).toContain(JSON.stringify(await look(url)));
      await drop(url);
    }
    expect(points).toBeGreaterThan(0);
  });
});
