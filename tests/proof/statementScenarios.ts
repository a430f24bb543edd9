// What is killed at its statements, on whatever store: purging, and importing user maps into an empty store, adding and replacing.
// Each says what is there before, what may be there after a kill, and what is there in the end.

import { isDeepStrictEqual } from "node:util";
import { importUserMaps } from "../../lib/run/importUserMaps.ts";
import { userMapsFile } from "../../lib/run/userMaps/mapsFile.ts";
import { PURGE_FACT, purgeDatabase } from "../../lib/run/purgeDatabase.ts";
import type { Store, UserMap } from "../../lib/store/store.ts";
import { collect, makeLink, makeOutcome } from "../store/contractHand.ts";

export const NOW = "2026-11-24T13:05:00.000Z";

export interface Ground {
  readonly store: Store;
  /** Of its database. */
  ask(sql: string): Promise<readonly Record<string, unknown>[]>;
  readonly syncSet: number;
}

/** As JSON, so that it can be compared with what another process saw. */
export type Contents = Readonly<Record<string, unknown>>;

export interface StatementScenario {
  readonly title: string;
  /** The same whatever was there. */
  prepare(ground: Ground): Promise<void>;
  /** What is killed; answers what it says it did. */
  deed(store: Store): Promise<unknown>;
  look(ground: Ground): Promise<Contents>;
  /** Whether a kill may leave this of what was there; what is wrong with it otherwise. */
  wrong(left: Contents, before: Contents): string | undefined;
  /** What is there in the end. */
  done(before: Contents): Contents;
  /** What the deed says when there is nothing left to do. */
  readonly nothing: unknown;
}

const RUNS = ["a", "b", "c", "d"].map((end) => `00000000-0000-4000-8000-00000000000${end}`);
const MONTHS = ["2021-01", "2021-02", "2021-03", "2026-10", "2026-11"] as const;
/** Of old runs the last one has its outcomes in what stays. */
const BEGUN = ["2021-01-15", "2021-02-15", "2026-10-15", "2021-03-15"];
const KEPT = ["sync_sets", "links", "sub_links", "base_texts", "intents", "watermarks", "pending_links", "quarantine", "conflicts", "connections", "user_maps"];

const one = async function* <T>(page: readonly T[]): AsyncGenerator<readonly T[]> {
  yield page;
};

/** One row of everything that a purge must not touch. */
const fill = async ({ store, syncSet }: Ground): Promise<void> => {
  await store.record({
    links: [makeLink(syncSet, "1", "10"), makeLink(syncSet, "2", "20")],
    subLinks: [{ syncSet, kind: "comment", masterItem: "1", targetItem: "10", masterId: "c1", targetId: "c2", origin: "master", print: "p" }],
    baseTexts: [{ syncSet, masterId: "1", field: "name", master: "a", target: "b" }],
    watermarks: [{ syncSet, side: "master", at: "2021-01-01T00:00:00.000Z" }],
    quarantine: [{ syncSet, side: "master", id: "1", reason: "r", attempts: 1, firstAt: "2021-01-01T00:00:00.000Z", nextAt: "2021-01-01T00:00:00.000Z" }],
    openIntents: [{ intent: "00000000-0000-4000-8000-00000000000f", kind: "create", syncSet, side: "target", fromId: "1", name: "n", at: "2021-01-01T00:00:00.000Z", prints: {} }],
    pendingLinks: [{ syncSet, side: "target", id: "10", field: "parent", awaitedType: "story", awaitedId: "3" }],
    conflicts: [{ syncSet, masterId: "1", targetId: "10", field: "name", masterValue: "a", targetValue: "b", at: "2021-01-01T00:00:00.000Z" }],
  });
  await store.userMaps.write(one([{ name: "Ann", users: [{ dataSource: "octane", name: "ann" }] }]), { mode: "merge" });
  await store.connections.set({ name: "c", started: true, changedAt: NOW, changedBy: "Ann" });
  await store.facts.set([{ name: "some", value: { fact: 1 }, at: NOW }]);
};

const kept = async ({ store, ask }: Ground): Promise<unknown> => {
  const tables = await ask(KEPT.map((table) => `select '${table}' as name, jsonb_agg(to_jsonb(t) order by to_jsonb(t)::text) as rows from ${table} t`).join(" union all "));
  return { tables, facts: (await store.facts.list("")).filter(({ name }) => name !== PURGE_FACT), late: await ask("select run_id, at, master_id from outcomes where at > '2026-01-01' order by at, master_id"), runs: await ask(`select id from runs where id = any('{${RUNS.slice(2).join()}}') order by id`) };
};

/** Rows of each month that still stand somewhere: in the table, or in a month that was detached. */
const months = async ({ ask }: Ground): Promise<Readonly<Record<string, number>>> => {
  const found: Record<string, number> = {};
  for (const { name } of await ask("select relname as name from pg_class where relkind = 'r' and relname ~ '^outcomes_2021_' order by relname")) found[String(name)] = (await ask(`select 1 from ${String(name)}`)).length;
  return found;
};

const purge: StatementScenario = {
  title: "a purge",
  /** Outcomes and runs anew; all else is there from the beginning and must stay as it is. */
  prepare: async (ground) => {
    const { store, ask, syncSet } = ground;
    await ask("delete from outcomes");
    await ask("delete from runs");
    if ((await ask("select 1 from links")).length === 0) await fill(ground);
    for (const [at, id] of RUNS.entries()) await store.runs.start({ id, connection: "c", script: "s", host: "h", pid: 1, at: `${BEGUN[at]}T00:00:00.000Z` });
    await store.record({ outcomes: MONTHS.flatMap((month, at) => [1, 2].map((n) => makeOutcome(RUNS[Math.min(at, 3)] ?? "", syncSet, `${month}-1${n}T00:00:00.000Z`, { masterId: `${n}` }))) });
  },
  deed: async (store) => (await purgeDatabase({ store, now: () => NOW, stop: new AbortController().signal, progress: { update: () => undefined, done: () => undefined } }, { olderThan: { outcomes: 90, runs: 400 } })).result ?? null,
  look: async (ground) => ({ kept: await kept(ground), months: await months(ground), runs: (await ground.store.runs.list("c")).map(({ id }) => id).toSorted() }),
  wrong: (left, before) => {
    if (!isDeepStrictEqual(left.kept, before.kept)) return "something that is kept is gone";
    const half = Object.entries(left.months as object).find(([, rows]) => rows !== 2);
    return half === undefined ? undefined : `${half[0]} has ${half[1]} rows left`;
  },
  done: (before) => ({ kept: before.kept, months: {}, runs: RUNS.slice(2) }),
  nothing: null,
};

const OLD: readonly UserMap[] = [{ name: "Ann", users: [{ dataSource: "jira", name: "a1" }, { dataSource: "octane", name: "ann" }] }, { name: "Bo", users: [{ dataSource: "octane", name: "bo" }] }, { name: "Cy", users: [{ dataSource: "octane", name: "cy" }] }];
const NEW: readonly UserMap[] = [{ name: "Ann", users: [{ dataSource: "jira", name: "a2" }, { dataSource: "octane", name: "ann" }] }, { name: "Bo", users: [{ dataSource: "jira", name: "b1" }, { dataSource: "octane", name: "bo" }] }, { name: "Dee", users: [{ dataSource: "octane", name: "cy" }] }];
/** Too many to enter into the indexes there are. */
const MANY: readonly UserMap[] = Array.from({ length: 600 }, (_, n) => ({ name: `P${1000 + n}`, users: [{ dataSource: "jira", name: `j${n}` }, { dataSource: "octane", name: `o${n}` }] }));
const MORE: readonly UserMap[] = [{ name: "Bo", users: [{ dataSource: "jira", name: "b1" }] }, { name: "Eve", users: [{ dataSource: "jira", name: "e1" }] }];
const MERGED: readonly UserMap[] = [OLD[0] as UserMap, NEW[1] as UserMap, OLD[2] as UserMap, MORE[1] as UserMap];

const bring = async (on: Store, maps: readonly UserMap[], mode: "merge" | "replace") => importUserMaps(on, await userMapsFile(() => [new TextEncoder().encode(JSON.stringify(maps))], { format: "json" }), { mode, dryRun: false });

const importing = (title: string, old: readonly UserMap[], maps: readonly UserMap[], mode: "merge" | "replace", expected: readonly UserMap[]): StatementScenario => ({
  title: `an import of user maps ${title}`,
  prepare: async ({ store, ask }) => {
    await ask("truncate user_maps");
    await bring(store, old, "merge");
  },
  deed: async (store) => {
    const { added, changed, removed } = (await bring(store, maps, mode))?.counts ?? {};
    return { added, changed, removed };
  },
  look: async ({ store, ask }) => ({ maps: await collect(store.userMaps.scan()), indexes: (await ask("select indexname from pg_indexes where tablename = 'user_maps'")).length }),
  wrong: (left, before) => ([old, expected].some((maps) => isDeepStrictEqual(left, { maps, indexes: before.indexes })) ? undefined : "neither the old ones nor the new ones"),
  done: (before) => ({ maps: expected, indexes: before.indexes }),
  nothing: { added: 0, changed: 0, removed: 0 },
});

export const STATEMENT_SCENARIOS: readonly StatementScenario[] = [
  purge,
  importing("into an empty store", [], NEW, "merge", NEW),
  importing("of many into an empty store", [], MANY, "merge", MANY),
  importing("that adds to what is there", OLD, MORE, "merge", MERGED),
  importing("that replaces what is there", OLD, NEW, "replace", NEW),
];

/** The rows themselves, as the database keeps them: whoever writes the same once more gives them a new place. */
export const rowsOf = (ground: Ground): Promise<readonly Record<string, unknown>[]> => ground.ask("select xmin::text, ctid::text, * from user_maps order by person, user_name");
