// People of two systems paired by name, beside an exact join of the same two lists in the database.

import pg from "pg";
import { expect, it } from "vitest";
import { pairByName } from "../../lib/core/match/pairByName.ts";
import { makeLists } from "../support/names.ts";
import { freshDatabase } from "../support/postgres.ts";
import { keep, keepTimes, sideBySide } from "./measure.ts";

const PEOPLE = Number(process.env.TANDEM_PEOPLE ?? 20_000);

it(`${PEOPLE} x ${PEOPLE} people`, async () => {
  const lists = makeLists(PEOPLE, 1);
  const database = await freshDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    const theirs = async (): Promise<void> => {
      for (const [table, people] of [["masters", lists.masters], ["targets", lists.targets]] as const) {
        await client.query(`drop table if exists ${table}`);
        await client.query(`create table ${table} as select * from jsonb_to_recordset($1::jsonb) as t(id text, name text, email text)`, [JSON.stringify(people)]);
      }
      await client.query("select m.id, t.id from masters m join targets t on lower(m.name) = lower(t.name) or m.email = t.email limit 1");
      await client.query("select m.id, t.id from masters m join targets t on lower(m.name) = lower(t.name)");
    };
    const times = await sideBySide(async () => pairByName(lists.masters, lists.targets, { kind: "person" }), theirs, 5);
    keepTimes("names", `${PEOPLE} x ${PEOPLE} people, beside loading both and an exact join`, times, "≤ 5 x");
    const { verdicts } = pairByName(lists.masters, lists.targets, { kind: "person" });
    const found = verdicts.filter((verdict) => verdict.situation === "found" && !verdict.entry.id.startsWith("ms"));
    const right = found.filter((verdict) => lists.truth.get(verdict.entry.id)?.target === verdict.candidates[0]?.entry.id);
    const matched = right.filter((verdict) => lists.matchable.has(verdict.entry.id)).length / lists.matchable.size;
    keep({ bench: "names", what: "found of those that can be found; wrong of those found", ours: `${(100 * matched).toFixed(2)} %; ${((100 * (found.length - right.length)) / found.length).toFixed(3)} %`, theirs: "", asked: "≥ 98 %; ≤ 0.05 %" });
    expect(matched).toBeGreaterThan(0.98);
  } finally {
    await client.end();
    await database.drop();
  }
});
