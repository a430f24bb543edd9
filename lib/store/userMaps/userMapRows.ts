// How names of people lie in the table user_maps: two of a person to a row, because most have one in each of two systems. That
// is half as many rows, and entries in the index of people, as a row for each name would be. Both of a row are read only, or neither
// is. Whoever writes holds the lock of the table.

import type { UserName } from "../../core/users/userMap.ts";

export const COLUMNS = ["person", "data_source", "user_name", "other_data_source", "other_user_name", "read_only"] as const;

/** Names to be kept: null where a person has no second one for the row. */
export type Row = readonly (string | null)[];

export type Rows = readonly Row[];

/** One transaction on a server or on the embedded database. */
export interface Session {
  query(sql: string): Promise<{ readonly rows: readonly Record<string, unknown>[]; readonly rowCount: number | null }>;
  /** Rows of texts into a table, or lines of them as UserMapPage has them. */
  load(table: string, columns: readonly string[], pages: AsyncIterable<Rows | Uint8Array>): Promise<void>;
  /** On a server: the statements, or nothing of them where this role may not, or somebody would be waited for. */
  attempt?(statements: readonly string[]): Promise<boolean>;
}

const paired = (person: string, names: readonly UserName[], mark: "t" | "f", rows: Row[]): void => {
  for (let at = 0; at < names.length; at += 2) {
    const [one, other] = [names[at] as UserName, names[at + 1]];
    rows.push([person, one.dataSource, one.name, other?.dataSource ?? null, other?.name ?? null, mark]);
  }
};

const isMarked = ({ readOnly }: UserName): boolean => readOnly === true;

export const rowsOf = (person: string, names: readonly UserName[]): Row[] => {
  const rows: Row[] = [];
  if (names.some(isMarked)) {
    paired(person, names.filter((name) => !isMarked(name)), "f", rows);
    paired(person, names.filter(isMarked), "t", rows);
  } else paired(person, names, "f", rows);
  return rows;
};

/** A name a row of what `table` holds. Where a row has one alone there is another of nulls, which is equal to none: a condition here would keep the indexes from being used. */
export const namesIn = (table: string): string => `(select data_source, user_name, person, read_only from ${table} union all select other_data_source, other_user_name, person, read_only from ${table})`;

/** The names of one row that is called `row`. */
export const namesOf = (row: string): string => `(values (${row}.data_source, ${row}.user_name, ${row}.read_only), (${row}.other_data_source, ${row}.other_user_name, ${row}.read_only)) n (data_source, user_name, read_only)`;

/** Of rows that are called n. */
export const NAMED = "jsonb_agg(case when n.read_only then jsonb_build_object('dataSource', n.data_source, 'name', n.user_name, 'readOnly', true) else jsonb_build_object('dataSource', n.data_source, 'name', n.user_name) end order by n.data_source, n.user_name)";

export const heldBy = (person: string): string => `(select ${NAMED} from user_maps m cross join lateral ${namesOf("m")} where m.person = ${person} and n.user_name is not null)`;

/** `select`: person, data_source, user_name, read_only. */
const pairedUp = (select: string): string => {
  const [odd, even] = ["filter (where n % 2 = 1)", "filter (where n % 2 = 0)"];
  return `select person, min(data_source) ${odd}, min(user_name) ${odd}, min(data_source) ${even}, min(user_name) ${even}, read_only
    from (select person, data_source, user_name, read_only, row_number() over (partition by person, read_only order by data_source, user_name) as n from (${select}) g) r group by person, read_only, (n + 1) / 2 order by 3, 2`;
};

/** Names that nobody has. */
export const insertNames = async (session: Session, select: string): Promise<void> => {
  await session.query(`insert into user_maps (${COLUMNS.join(", ")}) ${pairedUp(select)}`);
};

/** Takes names (data_source, user_name) from whoever has them, and gives others: rows that lose one are written anew. */
export const moveNames = async (session: Session, taken: string, given: string): Promise<void> => {
  const holding = (one: string, other: string): string => `select m.* from user_maps m join taken t on m.${one} = t.user_name and m.${other} = t.data_source`;
  for (const statement of [
    `create temporary table taken on commit drop as ${taken}`,
    "analyze taken",
    `create temporary table touched on commit drop as ${holding("user_name", "data_source")} union ${holding("other_user_name", "other_data_source")}`,
    "analyze touched",
  ])
    await session.query(statement);
  const isTaken = (await session.query("select 1 from touched limit 1")).rows.length > 0;
  if (isTaken) await session.query("delete from user_maps m using touched t where m.user_name = t.user_name and m.data_source = t.data_source");
  const left = `select n.person, n.data_source, n.user_name, n.read_only from ${namesIn("touched")} n where n.user_name is not null and not exists (select 1 from taken t where t.user_name = n.user_name and t.data_source = n.data_source)`;
  await insertNames(session, isTaken ? `${left} union all ${given}` : given);
};

/**
 * Names came, went or moved: whatever waits in quarantine may have waited for one of them, and is due at once. `first_at` is past by
 * every clock; a row that an iteration writes just now is left to it, so that nobody waits for the other.
 */
export const wakeQuarantine = async (session: Session): Promise<void> => {
  await session.query("update quarantine q set next_at = q.first_at from (select sync_set, side, id from quarantine where next_at > first_at for update skip locked) w where w.sync_set = q.sync_set and w.side = q.side and w.id = q.id");
};
