// Brings the user maps to what a checked file says, person by person: one staged row a person, compared and written by a few
// set statements in one transaction. Memory here does not grow with the file nor with the maps there are.

import type { OpenDatabase } from "./database.ts";
import type { UserMap, UserMapDecision, UserMapMode, UserMapPlan } from "./store.ts";
import { inOneCommit, type Session } from "./userMapWrite.ts";

type Maps = AsyncIterable<readonly UserMap[]>;

const MOST_SHOWN = 1000;
/** Stands in no name: a checked map holds no such character. */
const PART = "\u001f";

const STAGE = 'create temporary table staged (person text collate "C" not null, data_sources text not null, user_names text collate "C" not null) on commit drop';
const NAMES = "staged s cross join lateral unnest(string_to_array(s.data_sources, chr(31)), string_to_array(s.user_names, chr(31))) as u (data_source, user_name)";

/** A person is there as long as a name of theirs is. */
const named = (page: readonly UserMap[]): readonly UserMap[] => page.filter((map) => map.users.length > 0);

async function* rows(maps: Maps): AsyncGenerator<readonly (readonly string[])[]> {
  for await (const page of maps) yield named(page).map(({ name, users }) => [name, users.map((user) => user.dataSource).join(PART), users.map((user) => user.name).join(PART)]);
}

const NAMED = "jsonb_agg(jsonb_build_object('dataSource', data_source, 'name', user_name) order by data_source, user_name)";

const count = async (session: Session, sql: string): Promise<number> => Number((await session.query(`select count(*) as n ${sql}`)).rows[0]?.n);

const users = (value: unknown): UserMap["users"] => (Array.isArray(value) ? (value as UserMap["users"]) : []);

const byLabel = (one: UserMapDecision, other: UserMapDecision): number => Buffer.compare(Buffer.from(one.map.name), Buffer.from(other.map.name));

// ── nobody is there yet: everybody is added ───────────────────────────────────────────────────────────────────────

const fill = async (session: Session, write: boolean): Promise<UserMapPlan> => {
  const added = await count(session, "from staged");
  const { rows: first } = await session.query(`select person, data_sources, user_names from staged order by person limit ${MOST_SHOWN}`);
  const shown = first.map((row): UserMapDecision => {
    const names = String(row.user_names).split(PART);
    return { kind: "added", map: { name: String(row.person), users: String(row.data_sources).split(PART).map((dataSource, at) => ({ dataSource, name: names[at] ?? "" })) } };
  });
  if (write && added > 0) await session.query(`insert into user_names (data_source, user_name, person) select u.data_source, u.user_name, s.person from ${NAMES} order by u.user_name collate "C", u.data_source collate "C"`);
  return { counts: { added, changed: 0, kept: 0, removed: 0, refused: 0 }, shown };
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
const loadBare = async (session: Session, maps: Maps): Promise<UserMapPlan> => {
  let added = 0;
  const names = async function* (): AsyncGenerator<readonly (readonly string[])[]> {
    for await (const page of maps) {
      const people = named(page);
      added += people.length;
      yield people.flatMap(({ name, users: each }) => each.map((user) => [user.dataSource, user.name, name]));
    }
  };
  await session.load("user_names", ["data_source", "user_name", "person"], names());
  for (const statement of INDEXED) await session.query(statement);
  const { rows: first } = await session.query(FIRST);
  const shown = first.map((row): UserMapDecision => ({ kind: "added", map: { name: String(row.person), users: users(row.held) } }));
  return { counts: { added, changed: 0, kept: 0, removed: 0, refused: 0 }, shown };
};

// ── compared with who is there ────────────────────────────────────────────────────────────────────────────────────

const KIND: Readonly<Record<UserMapMode, string>> = {
  merge: "case when c.stolen then 'refused' when not c.there then 'added' when c.same then 'kept' else 'changed' end",
  replace: "case when not c.there then 'added' when c.same and c.names = (select count(*) from user_names n where n.person = c.person) then 'kept' else 'changed' end",
};

const judge = async (session: Session, mode: UserMapMode): Promise<void> => {
  await session.query(`create temporary table judged on commit drop as
    select s.person, u.data_source collate "C" as data_source, u.user_name collate "C" as user_name, o.person as owner
    from ${NAMES} left join user_names o on o.data_source = u.data_source collate "C" and o.user_name = u.user_name collate "C"`);
  await session.query("analyze judged");
  await session.query(`create temporary table decided on commit drop as
    select c.person, c.there, ${KIND[mode]} as kind
    from (select g.*, g.mine > 0 or exists (select 1 from user_names n where n.person = g.person) as there, g.mine = g.names as same
      from (select person, coalesce(bool_or(owner <> person), false) as stolen, count(*) filter (where owner = person) as mine, count(*) as names from judged group by person) g) c`);
  await session.query("analyze decided");
};

const merged = (one: UserMap["users"], other: UserMap["users"]): UserMap["users"] => {
  const all = new Map([...one, ...other].map((user) => [`${user.dataSource}${PART}${user.name}`, user]));
  return [...all].toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))).map(([, user]) => user);
};

const show = async (session: Session, mode: UserMapMode): Promise<readonly UserMapDecision[]> => {
  const { rows: first } = await session.query(`with picked as (select person, kind from decided where kind <> 'kept' order by person limit ${MOST_SHOWN})
    select p.person, p.kind, w.wanted, w.taken, (select ${NAMED} from user_names n where n.person = p.person) as held
    from picked p join (select person, ${NAMED} as wanted, min(format('"%s" in %s belongs to "%s"', user_name, data_source, owner)) filter (where owner <> person) as taken
      from judged where person in (select person from picked) group by person) w using (person)`);
  const decisions = first.map((row): UserMapDecision => {
    const [name, wanted, held] = [String(row.person), users(row.wanted), users(row.held)];
    if (row.kind === "refused") return { kind: "refused", map: { name, users: wanted }, reason: String(row.taken) };
    if (row.kind === "added") return { kind: "added", map: { name, users: wanted } };
    return { kind: "changed", map: { name, users: mode === "merge" ? merged(held, wanted) : wanted }, before: { name, users: held } };
  });
  const gone = mode === "merge" ? [] : (await session.query(`select m.person as name, (select ${NAMED} from user_names n where n.person = m.person) as held ${UNWANTED} order by m.person limit ${MOST_SHOWN}`)).rows;
  return [...decisions, ...gone.map((row): UserMapDecision => ({ kind: "removed", map: { name: String(row.name), users: users(row.held) } }))].toSorted(byLabel).slice(0, MOST_SHOWN);
};

const PEOPLE = "from (select person from user_names group by person) m";
const UNWANTED = `${PEOPLE} where not exists (select 1 from decided d where d.person = m.person)`;

const apply = async (session: Session, mode: UserMapMode): Promise<void> => {
  if (mode === "replace") {
    await session.query("delete from user_names n where not exists (select 1 from judged j where j.data_source = n.data_source and j.user_name = n.user_name)");
    await session.query("update user_names n set person = j.person from judged j where j.owner <> j.person and n.data_source = j.data_source and n.user_name = j.user_name");
  }
  await session.query("insert into user_names (data_source, user_name, person) select j.data_source, j.user_name, j.person from judged j join decided d using (person) where d.kind in ('added', 'changed') and j.owner is null order by 2, 1");
};

const compare = async (session: Session, mode: UserMapMode, write: boolean): Promise<UserMapPlan> => {
  await judge(session, mode);
  const found = new Map((await session.query("select kind, count(*) as n from decided group by kind")).rows.map((row) => [String(row.kind), Number(row.n)]));
  const of = (kind: string): number => found.get(kind) ?? 0;
  const removed = mode === "merge" ? 0 : await count(session, UNWANTED);
  // Merging keeps everybody whom it does not change, in the file or not.
  const kept = mode === "merge" ? (await count(session, PEOPLE)) - of("changed") : of("kept");
  const counts = { added: of("added"), changed: of("changed"), kept, removed, refused: of("refused") };
  const shown = counts.added + counts.changed + counts.refused + removed > 0 ? await show(session, mode) : [];
  if (write && counts.added + counts.changed + removed > 0) await apply(session, mode);
  return { counts, shown };
};

const isEmpty = async (session: Session): Promise<boolean> => (await session.query("select 1 from user_names limit 1")).rows.length === 0;

export const bringUserMaps = (open: OpenDatabase, maps: Maps, mode: UserMapMode, write: boolean): Promise<UserMapPlan> =>
  inOneCommit(open, async (session) => {
    if (write && session.attempt !== undefined && (await isEmpty(session)) && (await session.attempt(BARE))) return loadBare(session, maps);
    await session.query(STAGE);
    await session.load("staged", ["person", "data_sources", "user_names"], rows(maps));
    await session.query("analyze staged");
    // Two imports at once: the second compares with what the first has written. Readers are not kept waiting.
    if (write) await session.query("lock table user_names in share row exclusive mode");
    return (await isEmpty(session)) ? fill(session, write) : compare(session, mode, write);
  }, write);
