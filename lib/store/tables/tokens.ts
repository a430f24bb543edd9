// Leave for calls to an endpoint, one after the other at its rate, whoever asks and from wherever. One statement for any
// number of calls; the database's clock alone counts.

import type { Database } from "../database.ts";
import type { TokenTable } from "../store.ts";

const ms = (name: string): string => `cast(:${name} as float8) * interval '1 ms'`;

export const createTokens = (db: Database): TokenTable => ({
  take: async (endpoint, calls, gapMs, mostMs) => {
    const { rows } = await db.raw(
      `insert into call_tokens as t (endpoint, free_at, given) values (:endpoint, clock_timestamp() + ${ms("span")}, :calls)
       on conflict (endpoint) do update set free_at = greatest(t.free_at, clock_timestamp()) + ${ms("span")}, given = t.given + excluded.given
       where t.free_at <= clock_timestamp() + ${ms("most")}
       returning cast(extract(epoch from free_at - ${ms("span")} - clock_timestamp()) * 1000 as float8) as wait`,
      { endpoint, calls, span: calls * gapMs, most: mostMs },
    );
    const wait: number | undefined = rows[0]?.wait;
    return wait === undefined ? undefined : Math.max(0, wait);
  },
  hold: async (endpoint, pause) => {
    await db.raw(
      `insert into call_tokens as t (endpoint, free_at, given) values (:endpoint, clock_timestamp() + ${ms("pause")}, 0)
       on conflict (endpoint) do update set free_at = greatest(t.free_at, excluded.free_at)`,
      { endpoint, pause },
    );
  },
});
