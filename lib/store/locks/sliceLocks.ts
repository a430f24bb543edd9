// The statements of locks: the whole of a thing, and slices of it. A slice holds the whole's advisory lock shared and its own
// alone; the whole's lock alone excludes them all. Who waits for the whole comes before slices that ask later.

import type { Row } from "../tables/text.ts";

/** Namespace of our advisory locks; lockKey(name) is written down in docs/database.md for people who look into pg_locks. */
export const lockKey = (name: string): string => `hashtextextended(${name}, 726483615)`;

export const sliceName = (whole: string, slice: string): string => `${whole}/${slice}`;

type Mode = "ExclusiveLock" | "ShareLock";

/** Whether a granted advisory lock with this key is to be seen in pg_locks (p). */
export const isKey = (key: string, mode: Mode): string =>
  `p.locktype = 'advisory' and p.granted and p.mode = '${mode}' and p.objsubid = 1 and p.database = (select oid from pg_database where datname = current_database()) and p.classid::bigint = ((${key} >> 32) & 4294967295) and p.objid::bigint = (${key} & 4294967295)`;

const HOLD = "insert into locks (name, host, pid, script, since, fence, held)";
const HELD = "on conflict (name) do update set host = excluded.host, pid = excluded.pid, script = excluded.script, since = excluded.since, fence = locks.fence + 1, held = true returning fence";
const GIVE = "update locks set held = false where name = $1 and fence = $2";

/** Takes only the row: for who has the advisory lock, or needs none. */
export const NAME = `${HOLD} values ($1, $2, $3::integer, $4, $5::timestamptz, 1, true) ${HELD}`;
/** The lock and the row that names its holder, in one statement: no row where another holds the lock. */
export const TAKE = `${HOLD} select $1, $2, $3::integer, $4, $5::timestamptz, 1, true where pg_try_advisory_lock(${lockKey("$1")}) ${HELD}`;
/** The row first: whoever gets the lock then waits for it. */
export const GIVE_AND_UNLOCK = `with given as (${GIVE} returning 1) select pg_advisory_unlock(${lockKey("$1")}) as free from (select count(*) from given) as g`;

/** Which of both locks another has; "" where both are ours now. */
export const TAKE_SLICE = `select case when not pg_try_advisory_lock_shared(${lockKey("$1")}) then 'whole'
  when pg_try_advisory_lock(${lockKey("$2")}) then '' when pg_advisory_unlock_shared(${lockKey("$1")}) then 'slice' end as taken`;
export const GIVE_AND_UNLOCK_SLICE = `with given as (${GIVE} returning 1) select pg_advisory_unlock(${lockKey("$1")}) as own, pg_advisory_unlock_shared(${lockKey("$3")}) as shared from (select count(*) from given) as g`;

/** Waits its turn among all who ask for it; slices that ask later wait behind. */
export const WAIT = `select pg_advisory_lock(${lockKey("$1")})`;
export const WHO_HOLDS = `select exists (select 1 from pg_locks p where ${isKey(lockKey("$1"), "ExclusiveLock")}) as whole, exists (select 1 from pg_locks p where ${isKey(lockKey("$1"), "ShareLock")}) as slices`;

export type Ask = (sql: string, values: readonly unknown[]) => Promise<readonly Row[]>;

const FENCE = "select fence, held from locks where name = $1 for share";
const MAKE = "insert into locks (name, host, pid, script, since, fence, held) values ($1, $2, $3::integer, $4, $5::timestamptz, 0, false) on conflict (name) do nothing";
const MOVE_ON = "update locks set fence = fence + 1, held = false where name = $1 and held";

/**
 * The fence of the whole, for who shares its lock. Whoever still says that it holds the whole has lost it: the fence moves on, and
 * nothing more of it is taken.
 */
export const fenceOfWhole = async (ask: Ask, whole: string, more: readonly unknown[]): Promise<number> => {
  for (;;) {
    const [row] = await ask(FENCE, [whole]);
    if (row === undefined) await ask(MAKE, [whole, ...more]);
    else if (row.held === true) await ask(MOVE_ON, [whole]);
    else return Number(row.fence);
  }
};
