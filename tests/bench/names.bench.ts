// People of two systems paired by name, from file to file, beside an exact join of the same files in DuckDB and beside
// trigrams in PostgreSQL on a part of them; and how often it is right, on two mixes made in different ways.

import { PGlite } from "@electric-sql/pglite";
import { pg_trgm } from "@electric-sql/pglite/contrib/pg_trgm";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { NameEntry } from "../../lib/core/match/model.ts";
import { pairByName } from "../../lib/core/match/pairByName.ts";
import { usersCsv } from "../../lib/run/exportUsers.ts";
import { makeLists } from "../support/people/names.ts";
import { makeOtherLists } from "../support/people/otherNames.ts";
import { type Ended, runNode, runScript } from "../support/scripts/process.ts";
import { keep, keepTimes, sideBySide } from "./measure.ts";
import { PEAK, peakOf } from "./peak.ts";
import { hasSqlite, sqlite } from "./sqlite.ts";

const PEOPLE = Number(process.env.TANDEM_PEOPLE ?? 100_000);
const SAMPLE = Number(process.env.TANDEM_SAMPLE ?? 2_000);
const TIMES = Number(process.env.TANDEM_TIMES ?? 5);
/** Some stand on one side only: so many humans make lists of that size. */
const HUMANS = Math.round(PEOPLE * 1.1);

const rows = (dataSource: string, people: readonly NameEntry[]): string => usersCsv(people.map((entry) => ({ dataSource, id: entry.id, name: entry.name, login: entry.login ?? "", email: entry.email ?? "", active: "true" })));

const duckdb = (master: string, target: string, out: string): string => `
  import { DuckDBInstance } from ${JSON.stringify(import.meta.resolve("@duckdb/node-api"))};
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const read = (file) => "read_csv('" + file + "', header = true, all_varchar = true)";
  await connection.run("copy (select m.id, m.name, t.id as target, t.name as target_name from " + read(${JSON.stringify(master)}) + " m join " + read(${JSON.stringify(target)}) + " t on lower(m.name) = lower(t.name)) to '" + ${JSON.stringify(out)} + "' (header)");`;

const joined = (master: string, target: string, out: string): readonly string[] => [`.import ${master} m`, `.import ${target} t`, "create index t_name on t (lower(name));", `.output ${out}`, "select m.id, m.name, t.id as target, t.name as target_name from m join t on lower(m.name) = lower(t.name);"];

it(`${PEOPLE} x ${PEOPLE} people from file to file`, async () => {
  const home = mkdtempSync(join(tmpdir(), "tandem-bench-"));
  try {
    const lists = makeLists(HUMANS, 1);
    const [master, target, join_] = [join(home, "master.csv"), join(home, "target.csv"), join(home, "join.mjs")];
    writeFileSync(master, rows("octane", lists.masters.slice(0, PEOPLE)));
    writeFileSync(target, rows("jira", lists.targets.slice(0, PEOPLE)));
    writeFileSync(join_, duckdb(master, target, join(home, "joined.csv")));
    const peaks: number[] = [];
    const check = (ended: Ended, code: number): void => {
      if (ended.code !== code) throw new Error(ended.err);
    };
    const ours = async (): Promise<void> => {
      const ended = await runScript("matchByName", ["--type", "user", master, target, "--out", join(home, "people.csv"), "-q"], { env: { NODE_OPTIONS: PEAK }, asScheduled: true });
      check(ended, 1);
      peaks.push(peakOf(ended));
    };
    const theirs = async (): Promise<void> => check(await runNode([join_], { asScheduled: true }), 0);
    keepTimes("names", `${PEOPLE} x ${PEOPLE} people, file to file, beside DuckDB's exact join of the files`, await sideBySide(ours, theirs, TIMES), "≤ 5 x");
    if (hasSqlite()) keepTimes("names", "the same, beside SQLite's exact join of the files", await sideBySide(ours, async () => sqlite(joined(master, target, join(home, "sqlite.csv"))), TIMES));
    keep({ bench: "names", what: "peak memory of it", ours: `${Math.round(Math.max(...peaks))} MB`, theirs: "", asked: "≤ 300 MB" });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

it(`${SAMPLE} x ${SAMPLE} people beside trigrams`, async () => {
  const lists = makeLists(SAMPLE, 2);
  const database = await PGlite.create({ extensions: { pg_trgm } });
  try {
    await database.exec("create extension pg_trgm; create table masters (id text, name text); create table targets (id text, name text)");
    for (const [table, people] of [["masters", lists.masters], ["targets", lists.targets]] as const) await database.query(`insert into ${table} select * from jsonb_to_recordset($1::jsonb) as t (id text, name text)`, [JSON.stringify(people)]);
    await database.exec("create index on targets using gin (name gin_trgm_ops); set pg_trgm.similarity_threshold = 0.5; analyze");
    let best: readonly { readonly master: string; readonly target: string }[] = [];
    const theirs = async (): Promise<void> => {
      best = (await database.query<{ master: string; target: string }>("select distinct on (m.id) m.id as master, t.id as target from masters m join targets t on t.name % m.name order by m.id, similarity(t.name, m.name) desc")).rows;
    };
    keepTimes("names", `${SAMPLE} x ${SAMPLE} people in memory, beside pg_trgm's best match`, await sideBySide(async () => pairByName(lists.masters, lists.targets, { kind: "person" }), theirs, TIMES));
    const wrong = best.filter(({ master, target }) => lists.truth.get(master)?.target !== target).length;
    keep({ bench: "names", what: "wrong of those pg_trgm pairs", ours: "", theirs: `${((100 * wrong) / best.length).toFixed(1)} %` });
  } finally {
    await database.close();
  }
});

interface Mix {
  readonly masters: readonly NameEntry[];
  readonly targets: readonly NameEntry[];
  readonly matchable: ReadonlySet<string>;
  readonly homonyms: ReadonlySet<string>;
  readonly partner: (id: string) => string | undefined;
}

const mixes: Readonly<Record<string, () => Mix>> = {
  "syllables of 20 languages": () => {
    const lists = makeLists(HUMANS, 1);
    return { ...lists, partner: (id) => lists.truth.get(id)?.target };
  },
  "real names of 18 languages, many namesakes": () => {
    const lists = makeOtherLists(Math.min(HUMANS, 8000), 1);
    return { ...lists, partner: (id) => lists.truth.get(id) };
  },
};

it.each(Object.keys(mixes))("how often it is right: %s", (name) => {
  const mix = mixes[name]?.();
  if (mix === undefined) throw new Error(name);
  const { verdicts } = pairByName(mix.masters, mix.targets, { kind: "person" });
  const found = verdicts.filter((verdict) => verdict.situation === "found" && !verdict.entry.id.startsWith("ms"));
  const right = new Set(found.filter((verdict) => mix.partner(verdict.entry.id) === verdict.candidates[0]?.entry.id).map((verdict) => verdict.entry.id));
  const matched = [...mix.matchable].filter((id) => right.has(id)).length / mix.matchable.size;
  const listed = new Map(verdicts.filter((verdict) => verdict.side === "master").map((verdict) => [verdict.entry.id, verdict]));
  const namesakes = [...mix.homonyms].filter((id) => !mix.matchable.has(id));
  const lost = namesakes.filter((id) => !right.has(id) && listed.get(id)?.situation === "absent").length;
  keep({ bench: "names", what: `found of those that can be found (${name})`, ours: `${(100 * matched).toFixed(2)} %`, theirs: "", asked: "≥ 98 %" });
  keep({ bench: "names", what: `wrong of ${found.length} found (${name})`, ours: `${((100 * (found.length - right.size)) / found.length).toFixed(3)} %`, theirs: "", asked: "≤ 0.05 %" });
  keep({ bench: "names", what: `namesakes that nobody lists, of ${namesakes.length} (${name})`, ours: String(lost), theirs: "", asked: "0" });
  expect(matched).toBeGreaterThan(0.98);
  expect(lost).toBe(0);
});
