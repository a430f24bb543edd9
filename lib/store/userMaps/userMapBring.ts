// Brings the user maps to what a checked file says, person by person: all rows staged, compared and written by a few set
// statements in one transaction. Memory here does not grow with the file nor with the maps there are.

import type { OpenDatabase } from "../database.ts";
import type { UserMap, UserMapDecision, UserMapMode, UserMapPage, UserMapPlan, UserMapSource } from "../store.ts";
import { COLUMNS, heldBy, moveNames, NAMED, namesIn, namesOf, type Rows, rowsOf, type Session, wakeQuarantine } from "./userMapRows.ts";
import { inOneCommit } from "./userMapWrite.ts";

type Maps = AsyncIterable<UserMapPage>;

export interface BringHow {
  readonly mode: UserMapMode;
  readonly write: boolean;
  readonly source?: () => UserMapSource | undefined;
  readonly mostRefused?: number;
}

/** What was loaded. */
interface Tally {
  people: number;
  names: number;
}

const MOST_SHOWN = 1000;

const STAGE = 'create temporary table staged (person text collate "C" not null, data_source text collate "C" not null, user_name text collate "C" not null, other_data_source text collate "C", other_user_name text collate "C", read_only boolean not null) on commit drop';

async function* rows(maps: Maps, tally: Tally): AsyncGenerator<Rows | Uint8Array> {
  for await (const page of maps) {
    if ("lines" in page) {
      tally.people += page.people;
      tally.names += page.names;
      yield page.lines;
      continue;
    }
    // A person is there as long as a name of theirs is.
    const people = page.filter((map) => map.users.length > 0);
    tally.people += people.length;
    tally.names += people.reduce((sum, { users: names }) => sum + names.length, 0);
    yield people.flatMap(({ name, users: names }) => rowsOf(name, names));
  }
}

const count = async (session: Session, sql: string): Promise<number> => Number((await session.query(`select count(*) as n ${sql}`)).rows[0]?.n);

const users = (value: unknown): UserMap["users"] => (Array.isArray(value) ? (value as UserMap["users"]) : []);

const byLabel = (one: UserMapDecision, other: UserMapDecision): number => Buffer.compare(Buffer.from(one.map.name), Buffer.from(other.map.name));

// ── nobody is there yet: everybody is added ───────────────────────────────────────────────────────────────────────

const added = async (session: Session, tally: Tally, first: string): Promise<UserMapPlan> => {
  const shown = (await session.query(first)).rows.map((row): UserMapDecision => ({ kind: "added", map: { name: String(row.person), users: users(row.held) } }));
  return { counts: { added: tally.people, changed: 0, kept: 0, removed: 0, refused: 0 }, shown };
};

/** What the file says of those in `picked`, which has a column person. */
const wantedOf = (picked: string): string => `select s.person, ${NAMED} as wanted from staged s cross join lateral ${namesOf("s")} where n.user_name is not null and s.person in (select person from ${picked}) group by s.person`;

const FIRST_STAGED = `with picked as (select distinct person from staged order by person limit ${MOST_SHOWN}) select w.person, w.wanted as held from (${wantedOf("picked")}) w order by w.person`;

const fill = async (session: Session, tally: Tally, write: boolean): Promise<UserMapPlan> => {
  if (write && tally.names > 0) await session.query(`insert into user_maps (${COLUMNS.join(", ")}) select ${COLUMNS.join(", ")} from staged order by user_name, data_source`);
  return added(session, tally, FIRST_STAGED);
};

/** Another import may have ended just before the lock; told as if it still held it. */
const STILL_EMPTY = "do $$ begin if exists (select 1 from user_maps) then raise exception 'user maps are there' using errcode = 'lock_not_available'; end if; end $$";
/** Rows first, indexes afterwards: entering a million people one by one into three indexes takes longer than all else. */
const BARE = ["lock table user_maps in access exclusive mode nowait", STILL_EMPTY, "alter table user_maps drop constraint user_maps_pkey", "drop index user_maps_by_other_name, user_maps_by_person"];
const INDEXED = ["alter table user_maps add constraint user_maps_pkey primary key (user_name, data_source)", "create unique index user_maps_by_other_name on user_maps (other_user_name, other_data_source)", "create index user_maps_by_person on user_maps (person)"];

/** Of this many rows the people are shown: sorting all to find the first of them would take longer. */
const MOST_LOOKED_AT = 10 * MOST_SHOWN;
const FIRST = `select f.person, ${heldBy("f.person")} as held
  from (select distinct person from (select person from user_maps order by person limit ${MOST_LOOKED_AT}) l) f order by f.person limit ${MOST_SHOWN}`;

/** Only where nobody is there yet: then no reader has anything to wait for. */
const loadBare = async (session: Session, maps: Maps, tally: Tally): Promise<UserMapPlan> => {
  await session.load("user_maps", COLUMNS, rows(maps, tally));
  // What asks for people next is to know how many there are.
  for (const statement of [...INDEXED, "analyze user_maps"]) await session.query(statement);
  return added(session, tally, FIRST);
};

// ── compared with who is there ────────────────────────────────────────────────────────────────────────────────────

const NAMES = namesIn("user_maps");
const SAME_NAME = (one: string, other: string): string => `${one}.user_name = ${other}.user_name and ${one}.data_source = ${other}.data_source`;

/** Most rows of a file stand in the table as they are: only the others are taken apart. */
const SAME_ROW = `m.person = s.person and ${SAME_NAME("m", "s")} and m.other_user_name is not distinct from s.other_user_name and m.other_data_source is not distinct from s.other_data_source and m.read_only = s.read_only`;
const FRESH = `create temporary table fresh on commit drop as select s.* from staged s where not exists (select 1 from user_maps m where ${SAME_ROW})`;

/** The names of the file that are not their person's yet, or are so otherwise: written, or read only; `owner` is whose they are. */
const DIFFERING = `create temporary table differing on commit drop as select s.data_source, s.user_name, s.person, s.read_only, o.person as owner
  from ${namesIn("fresh")} s left join ${NAMES} o on ${SAME_NAME("o", "s")} where s.user_name is not null and (o.person is distinct from s.person or o.read_only <> s.read_only)`;

/** What is read only stays so when merging: a file without marks, as most are, is not to make somebody be written of whom a person said never. */
const STAYING = "with staying as (delete from differing where owner = person and not read_only returning 1) select count(*) as n from staying";

const IS_THERE = "exists (select 1 from user_maps m where m.person = d.person)";

const DECIDED: Readonly<Record<UserMapMode, string>> = {
  merge: `select d.person, case when d.stolen then 'refused' when ${IS_THERE} then 'changed' else 'added' end as kind from (select person, bool_or(owner <> person) as stolen from differing group by person) d`,
  replace: `select d.person, case when ${IS_THERE} then 'changed' else 'added' end as kind
    from (select person from differing union select l.person from losing l where exists (select 1 from staged s where s.person = l.person)) d`,
};

/** Names that the file does not have, and all who lose some: to nobody or to somebody else. A name of a row that the file has as it is stands in no other. */
const STALE = `create temporary table stale on commit drop as select m.* from user_maps m where not exists (select 1 from staged s where ${SAME_ROW})`;
const GONE = `create temporary table gone on commit drop as select n.data_source, n.user_name, n.person from ${namesIn("stale")} n where n.user_name is not null and not exists (select 1 from ${namesIn("fresh")} s where ${SAME_NAME("s", "n")})`;
const LOSING = "create temporary table losing on commit drop as select person from gone union select owner from differing where owner is not null";

/** Answers how many names of the file stay read only. */
const judge = async (session: Session, mode: UserMapMode): Promise<number> => {
  const lost = mode === "merge" ? [] : [STALE, "analyze stale", GONE, "analyze gone", LOSING, "analyze losing"];
  for (const statement of [FRESH, "analyze fresh", DIFFERING]) await session.query(statement);
  const staying = mode === "merge" ? Number((await session.query(STAYING)).rows[0]?.n) : 0;
  for (const statement of ["analyze differing", ...lost]) await session.query(statement);
  await session.query(`create temporary table decided on commit drop as ${DECIDED[mode]}`);
  await session.query("analyze decided");
  return staying;
};

const named = (user: UserMap["users"][number]): string => `${user.dataSource}\u0000${user.name}`;

const merged = (one: UserMap["users"], other: UserMap["users"]): UserMap["users"] => {
  const all = new Map([...one, ...other].map((user) => [named(user), user]));
  // Of either list: the last one would take the mark away.
  for (const user of one) if (user.readOnly === true) all.set(named(user), user);
  return [...all].toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))).map(([, user]) => user);
};

const REMOVED = "from losing p where not exists (select 1 from staged s where s.person = p.person)";

/** Whoever is refused needs a person: many others never hide them. */
const show = async (session: Session, mode: UserMapMode, mostRefused: number): Promise<readonly UserMapDecision[]> => {
  const { rows: first } = await session.query(`with picked as ((select person, kind from decided where kind <> 'refused' order by person limit ${MOST_SHOWN}) union all (select person, kind from decided where kind = 'refused' order by person limit ${mostRefused}))
    select p.person, p.kind, w.wanted, t.taken, ${heldBy("p.person")} as held
    from picked p join (${wantedOf("picked")}) w using (person)
    left join (select person, min(format('"%s" in %s belongs to "%s"', user_name, data_source, owner)) as taken from differing where owner <> person and person in (select person from picked) group by person) t using (person)`);
  const decisions = first.map((row): UserMapDecision => {
    const [name, wanted, held] = [String(row.person), users(row.wanted), users(row.held)];
    if (row.kind === "refused") return { kind: "refused", map: { name, users: wanted }, reason: String(row.taken) };
    if (row.kind === "added") return { kind: "added", map: { name, users: wanted } };
    return { kind: "changed", map: { name, users: mode === "merge" ? merged(held, wanted) : wanted }, before: { name, users: held } };
  });
  const gone = mode === "merge" ? [] : (await session.query(`select p.person, ${heldBy("p.person")} as held ${REMOVED} order by p.person limit ${MOST_SHOWN}`)).rows;
  const others = [...decisions.filter(({ kind }) => kind !== "refused"), ...gone.map((row): UserMapDecision => ({ kind: "removed", map: { name: String(row.person), users: users(row.held) } }))].toSorted(byLabel);
  return [...others.slice(0, MOST_SHOWN), ...decisions.filter(({ kind }) => kind === "refused")].toSorted(byLabel);
};

const apply = async (session: Session, mode: UserMapMode): Promise<void> => {
  const taken = "from differing d join decided using (person) where kind <> 'refused'";
  if (mode === "merge") await moveNames(session, `select d.data_source, d.user_name ${taken} and owner is not null`, `select d.person, d.data_source, d.user_name, d.read_only ${taken}`);
  else await moveNames(session, "select data_source, user_name from gone union all select data_source, user_name from differing where owner is not null", "select person, data_source, user_name, read_only from differing");
};

/** All people there are: told by the last file that counted them, as long as no name has come or gone since. */
const people = async (session: Session): Promise<number> => {
  const { rows: known } = await session.query("select all_people as n from user_map_files where all_names = (select count(*) + count(other_user_name) from user_maps) order by at desc limit 1");
  return known[0] === undefined ? count(session, "from (select person from user_maps group by person) m") : Number(known[0].n);
};

const compare = async (session: Session, tally: Tally, { mode, write, mostRefused = MOST_SHOWN }: BringHow): Promise<UserMapPlan> => {
  const staying = await judge(session, mode);
  const found = new Map((await session.query("select kind, count(*) as n from decided group by kind")).rows.map((row) => [String(row.kind), Number(row.n)]));
  const of = (kind: string): number => found.get(kind) ?? 0;
  const removed = mode === "merge" ? 0 : await count(session, REMOVED);
  // Merging keeps everybody whom it does not change, in the file or not.
  const kept = mode === "merge" ? (await people(session)) - of("changed") : tally.people - of("added") - of("changed");
  const counts = { added: of("added"), changed: of("changed"), kept, removed, refused: of("refused") };
  const shown = counts.added + counts.changed + counts.refused + removed > 0 ? await show(session, mode, mostRefused) : [];
  if (write && counts.added + counts.changed + removed > 0) await apply(session, mode);
  return { counts, shown, ...(staying > 0 ? { stillReadOnly: staying } : {}) };
};

// ── all of it ─────────────────────────────────────────────────────────────────────────────────────────────────────

const isEmpty = async (session: Session): Promise<boolean> => (await session.query("select 1 from user_maps limit 1")).rows.length === 0;

/** Fewer names than these are entered into the indexes there are: making them anew, and the locks for it, would take longer. */
const FEW = 1_000;

interface Begun {
  readonly isShort: boolean;
  readonly maps: Maps;
  end(): Promise<unknown>;
}

/** All of the maps, of which the first are there already. */
const begun = async (maps: Maps): Promise<Begun> => {
  const pages = maps[Symbol.asyncIterator]();
  const first: UserMapPage[] = [];
  let names = 0;
  let isShort = false;
  while (names < FEW && !isShort) {
    const next = await pages.next();
    isShort = next.done === true;
    if (next.done === true) break;
    first.push(next.value);
    names += "lines" in next.value ? next.value.names : next.value.reduce((sum, map) => sum + map.users.length, 0);
  }
  const all = async function* (): AsyncGenerator<UserMapPage> {
    yield* first.splice(0);
    for (let next = await pages.next(); next.done !== true; next = await pages.next()) yield next.value;
  };
  return { isShort, maps: all(), end: async () => pages.return?.() };
};

const bringAll = async (session: Session, { isShort, maps }: Begun, tally: Tally, how: BringHow): Promise<UserMapPlan> => {
  if (how.write && !isShort && session.attempt !== undefined && (await isEmpty(session)) && (await session.attempt(BARE))) return loadBare(session, maps, tally);
  await session.query(STAGE);
  await session.load("staged", COLUMNS, rows(maps, tally));
  await session.query("analyze staged");
  // Two imports at once: the second compares with what the first has written. Readers are not kept waiting.
  if (how.write) await session.query("lock table user_maps in share row exclusive mode");
  return (await isEmpty(session)) ? fill(session, tally, how.write) : compare(session, tally, how);
};

const bring = async (session: Session, maps: Maps, tally: Tally, how: BringHow): Promise<UserMapPlan> => {
  const all = await begun(maps);
  try {
    return await bringAll(session, all, tally, how);
  } finally {
    await all.end();
  }
};

const MOST_FILES = 20;

/** After all else: what takes names away makes the list empty. */
const remember = async (session: Session, { people, names }: Tally, { added, changed, kept }: UserMapPlan["counts"], { digest, nameless }: UserMapSource): Promise<void> => {
  if (!/^[\w-]+$/.test(digest)) throw new Error(`this is no digest: ${digest}`);
  await session.query(`insert into user_map_files (digest, people, nameless, names, all_people, all_names, at)
    select '${digest}', ${people}, ${nameless}, ${names}, ${added + changed + kept}, count(*) + count(other_user_name), now() from user_maps
    on conflict (digest) do update set all_people = excluded.all_people, all_names = excluded.all_names, at = excluded.at`);
  await session.query(`delete from user_map_files where digest not in (select digest from user_map_files order by at desc, digest limit ${MOST_FILES})`);
};

export const bringUserMaps = (open: OpenDatabase, maps: Maps, how: BringHow): Promise<UserMapPlan> =>
  inOneCommit(open, async (session) => {
    const tally: Tally = { people: 0, names: 0 };
    const plan = await bring(session, maps, tally, how);
    if (how.write && plan.counts.added + plan.counts.changed + plan.counts.removed > 0) await wakeQuarantine(session);
    // Whoever replaces by it later wants what it says.
    const source = how.write && plan.counts.refused === 0 && plan.stillReadOnly === undefined ? how.source?.() : undefined;
    if (source !== undefined) await remember(session, tally, plan.counts, source);
    return plan;
  }, how.write);
