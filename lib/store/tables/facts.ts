// Small things to remember between runs, by name.

import type { Database } from "../database.ts";
import type { Fact, FactTable } from "../store.ts";
import { cleanTexts, jsonBatches, lastOf, type Row } from "./text.ts";

const toFact = (row: Row): Fact => ({ name: String(row.name), value: row.value, at: String(row.at) });

export const createFacts = (db: Database): FactTable => ({
  get: async (name) => {
    const row = await db("facts").where({ name }).first();
    return row === undefined ? undefined : toFact(row);
  },
  list: async (prefix) => (await db.raw("select * from facts where starts_with(name, ?) order by name", [prefix])).rows.map(toFact),
  set: async (facts) => {
    // A JSON null is a value; jsonb_populate_recordset would make it SQL's.
    const rows = lastOf(facts.map((fact) => ({ name: fact.name, value: { of: fact.value ?? null }, at: fact.at })), ["name"]);
    const write = (to: Pick<Database, "raw">, json: string): Promise<unknown> =>
      to.raw("insert into facts (name, value, at) select name, value -> 'of', at from jsonb_populate_recordset(null::facts, ?::jsonb) on conflict (name) do update set value = excluded.value, at = excluded.at", [json]);
    const [first, ...more] = [...jsonBatches(rows)].map(({ json }) => json);
    if (first === undefined) return;
    // One statement is all or nothing by itself.
    if (more.length === 0) await write(db, first);
    else await db.transaction(async (trx) => {
      for (const json of [first, ...more]) await write(trx, json);
    });
  },
  remove: async (names) => {
    await db.raw("delete from facts where name = any(?::text[])", [cleanTexts(names)]);
  },
});
