// Brings the user maps to what a checked file says, person by person: one staged row a name, compared and written by a few
// set statements in one transaction. Memory here does not grow with the file nor with the maps there are.

import type { OpenDatabase } from "./database.ts";
import type { UserMap, UserMapDecision, UserMapMode, UserMapPage, UserMapPlan, UserMapSource } from "./store.ts";
import { inOneCommit, type Rows, type Session } from "./userMapWrite.ts";

type Maps = AsyncIterable<UserMapPage>;

export interface BringHow {
  readonly mode: UserMapMode;
  readonly write: boolean;
  readonly source?: () => UserMapSource | undefined;
}

/** What was loaded. */
interface Tally {
  people: number;
  names: number;
}

const MOST_SHOWN = 1000;

const COLUMNS = ["data_source", "user_name", "person"];
const STAGE = 'create temporary table staged (data_source text collate "C" not null, user_name text collate "C" not null, person text collate "C" not null) on commit drop';

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
    const names = people.flatMap(({ name, users: each }) => each.map((user) => [user.dataSource, user.name, name]));
    tally.people += people.length;
    tally.names += names.length;
    yield names;
  }
}

const NAMED = "jsonb_agg(jsonb_build_object('dataSource', data_source, 'name', user_name) order by data_source, user_name)";

const count = async (session: Session, sql: string): Promise<number> => Number((await session.query(`select count(*) as n ${sql}`)).rows[0]?.n);

const users = (value: unknown): UserMap["users"] => (Array.isArray(value) ? (value as UserMap["users"]) : []);

const byLabel = (one: UserMapDecision, other: UserMapDecision): number => Buffer.compare(Buffer.from(one.map.name), Buffer.from(other.map.name));

// ── nobody is there yet: everybody is added ───────────────────────────────────────────────────────────────────────

const added = async (session: Session, tally: Tally, first: string): Promise<UserMapPlan> => {
  const shown = (await session.query(first)).rows.map((row): UserMapDecision => ({ kind: "added", map: { name: String(row.person), users: users(row.held) } }));
  return { counts: { added: tally.people, changed: 0, kept: 0, removed: 0, refused: 0 }, shown };
};

const FIRST_STAGED = `select s.person, ${NAMED} as held from staged s join (select distinct person from staged order by person limit ${MOST_SHOWN}) f on f.person = s.person group by s.person order by s.person`;

const fill = async (session: Session, tally: Tally, write: boolean): Promise<UserMapPlan> => {
  if (write && tally.names > 0) await session.query("insert into user_names (data_source, user_name, person) select data_source, user_name, person from staged order by user_name, data_source");
  return added(session, tally, FIRST_STAGED);
};

/** Another import may have ended just before the lock; told as if it still held it. */
const STILL_EMPTY = "do $$ begin if exists (select 1 from user_names) then raise exception 'user maps are there' using errcode = 'lock_not_available'; end if; end $$";
/** Rows first, indexes afterwards: entering a million names one by one into two indexes takes longer than all else. */
const BARE = ["lock table user_names in access exclusive mode nowait", STILL_EMPTY, "alter table user_names drop constraint user_names_pkey", "drop index user_names_by_person"];
const INDEXED = ["alter table user_names add primary key (user_name, data_source)", "create index user_names_by_person on user_names (person)"];

/** Of this many names the people are shown: sorting all to find the first of them would take longer. */
const MOST_LOOKED_AT = 10 * MOST_SHOWN;
const FIRST = `select f.person, (select ${NAMED} from user_names n where n.person = f.person) as held
  from (select distinct person from (select person from user_names order by person limit ${MOST_LOOKED_AT}) l) f order by f.person limit ${MOST_SHOWN}`;

/** Only where nobody is there yet: then no reader has anything to wait for. */
const loadBare = async (session: Session, maps: Maps, tally: Tally): Promise<UserMapPlan> => {
  await session.load("user_names", COLUMNS, rows(maps, tally));
  for (const statement of INDEXED) await session.query(statement);
  return added(session, tally, FIRST);
};

// ── compared with who is there ────────────────────────────────────────────────────────────────────────────────────

/** The names of the file that are not their person's yet; `owner` is whose they are. */
const DIFFERING = `create temporary table differing on commit drop as select s.data_source, s.user_name, s.person, o.person as owner
  from staged s left join user_names o on o.data_source = s.data_source and o.user_name = s.user_name where o.person is distinct from s.person`;

const IS_THERE = "exists (select 1 from user_names n where n.person = d.person)";

const DECIDED: Readonly<Record<UserMapMode, string>> = {
  merge: `select d.person, case when d.stolen then 'refused' when ${IS_THERE} then 'changed' else 'added' end as kind from (select person, bool_or(owner is not null) as stolen from differing group by person) d`,
  replace: `select d.person, case when ${IS_THERE} then 'changed' else 'added' end as kind
    from (select person from differing union select l.person from losing l where exists (select 1 from staged s where s.person = l.person)) d`,
};

/** Names that the file does not have, and all who lose some: to nobody or to somebody else. */
const GONE = "create temporary table gone on commit drop as select n.data_source, n.user_name, n.person from user_names n where not exists (select 1 from staged s where s.data_source = n.data_source and s.user_name = n.user_name)";
const LOSING = "create temporary table losing on commit drop as select person from gone union select owner from differing where owner is not null";

const judge = async (session: Session, mode: UserMapMode): Promise<void> => {
  await session.query(DIFFERING);
  if (mode === "replace") for (const statement of [GONE, "analyze gone", LOSING, "analyze losing"]) await session.query(statement);
  await session.query("analyze differing");
  await session.query(`create temporary table decided on commit drop as ${DECIDED[mode]}`);
  await session.query("analyze decided");
};

const named = (user: UserMap["users"][number]): string => `${user.dataSource}\u0000${user.name}`;

const merged = (one: UserMap["users"], other: UserMap["users"]): UserMap["users"] => {
  const all = new Map([...one, ...other].map((user) => [named(user), user]));
  return [...all].toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))).map(([, user]) => user);
};

const HELD = `(select ${NAMED} from user_names n where n.person = p.person) as held`;
const REMOVED = "from losing p where not exists (select 1 from staged s where s.person = p.person)";

const show = async (session: Session, mode: UserMapMode): Promise<readonly UserMapDecision[]> => {
  const { rows: first } = await session.query(`with picked as (select person, kind from decided order by person limit ${MOST_SHOWN})
    select p.person, p.kind, w.wanted, t.taken, ${HELD}
    from picked p join (select person, ${NAMED} as wanted from staged where person in (select person from picked) group by person) w using (person)
    left join (select person, min(format('"%s" in %s belongs to "%s"', user_name, data_source, owner)) as taken from differing where owner is not null and person in (select person from picked) group by person) t using (person)`);
  const decisions = first.map((row): UserMapDecision => {
    const [name, wanted, held] = [String(row.person), users(row.wanted), users(row.held)];
    if (row.kind === "refused") return { kind: "refused", map: { name, users: wanted }, reason: String(row.taken) };
    if (row.kind === "added") return { kind: "added", map: { name, users: wanted } };
    return { kind: "changed", map: { name, users: mode === "merge" ? merged(held, wanted) : wanted }, before: { name, users: held } };
  });
  const gone = mode === "merge" ? [] : (await session.query(`select p.person, ${HELD} ${REMOVED} order by p.person limit ${MOST_SHOWN}`)).rows;
  return [...decisions, ...gone.map((row): UserMapDecision => ({ kind: "removed", map: { name: String(row.person), users: users(row.held) } }))].toSorted(byLabel).slice(0, MOST_SHOWN);
};

const apply = async (session: Session, mode: UserMapMode): Promise<void> => {
  if (mode === "replace") {
    await session.query("delete from user_names n using gone g where n.data_source = g.data_source and n.user_name = g.user_name");
    await session.query("update user_names n set person = d.person from differing d where d.owner is not null and n.data_source = d.data_source and n.user_name = d.user_name");
  }
  await session.query("insert into user_names (data_source, user_name, person) select d.data_source, d.user_name, d.person from differing d join decided using (person) where kind <> 'refused' and owner is null order by 2, 1");
};

const compare = async (session: Session, tally: Tally, { mode, write }: BringHow): Promise<UserMapPlan> => {
  await judge(session, mode);
  const found = new Map((await session.query("select kind, count(*) as n from decided group by kind")).rows.map((row) => [String(row.kind), Number(row.n)]));
  const of = (kind: string): number => found.get(kind) ?? 0;
  const removed = mode === "merge" ? 0 : await count(session, REMOVED);
  // Merging keeps everybody whom it does not change, in the file or not.
  const kept = mode === "merge" ? (await count(session, "from (select person from user_names group by person) m")) - of("changed") : tally.people - of("added") - of("changed");
  const counts = { added: of("added"), changed: of("changed"), kept, removed, refused: of("refused") };
  const shown = counts.added + counts.changed + counts.refused + removed > 0 ? await show(session, mode) : [];
  if (write && counts.added + counts.changed + removed > 0) await apply(session, mode);
  return { counts, shown };
};

// ── all of it ─────────────────────────────────────────────────────────────────────────────────────────────────────

const isEmpty = async (session: Session): Promise<boolean> => (await session.query("select 1 from user_names limit 1")).rows.length === 0;

const bring = async (session: Session, maps: Maps, tally: Tally, how: BringHow): Promise<UserMapPlan> => {
  if (how.write && session.attempt !== undefined && (await isEmpty(session)) && (await session.attempt(BARE))) return loadBare(session, maps, tally);
  await session.query(STAGE);
  await session.load("staged", COLUMNS, rows(maps, tally));
  await session.query("analyze staged");
  // Two imports at once: the second compares with what the first has written. Readers are not kept waiting.
  if (how.write) await session.query("lock table user_names in share row exclusive mode");
  return (await isEmpty(session)) ? fill(session, tally, how.write) : compare(session, tally, how);
};

const MOST_FILES = 20;

/** After all else: what takes names away makes the list empty. */
const remember = async (session: Session, { people, names }: Tally, { added, changed, kept }: UserMapPlan["counts"], { digest, nameless }: UserMapSource): Promise<void> => {
  if (!/^[\w-]+$/.test(digest)) throw new Error(`this is no digest: ${digest}`);
  await session.query(`insert into user_map_files (digest, people, nameless, names, all_people, all_names, at)
    select '${digest}', ${people}, ${nameless}, ${names}, ${added + changed + kept}, count(*), now() from user_names
    on conflict (digest) do update set all_people = excluded.all_people, all_names = excluded.all_names, at = excluded.at`);
  await session.query(`delete from user_map_files where digest not in (select digest from user_map_files order by at desc, digest limit ${MOST_FILES})`);
};

export const bringUserMaps = (open: OpenDatabase, maps: Maps, how: BringHow): Promise<UserMapPlan> =>
  inOneCommit(open, async (session) => {
    const tally: Tally = { people: 0, names: 0 };
    const plan = await bring(session, maps, tally, how);
    const source = how.write && plan.counts.refused === 0 ? how.source?.() : undefined;
    if (source !== undefined) await remember(session, tally, plan.counts, source);
    return plan;
  }, how.write);
