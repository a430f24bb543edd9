// Who puts a backup into a store is alone with its tables from before he looks until he is done: a run that began, or a row that came,
// between looking and writing would stand beside what the backup knows of. Others wait for the end, and go by what stands there then.

import { BusyError, UsageError } from "../../core/errors.ts";
import type { Database } from "../database.ts";
import { isKey, lockKey } from "../locks/sliceLocks.ts";
import { refuseNewer, schemaStatus } from "../migrate.ts";
import type { Row } from "../tables/text.ts";
import { ownTables } from "./ownTables.ts";

/** First of all: whoever records under a lock asks for it first, and whoever begins enters himself there. */
const FIRST = "locks";

/** In the order in which others ask for them who ask for several: who brings user maps notes the file last. */
const ORDER: readonly string[] = [FIRST, "user_maps"];

const placeOf = (name: string): number => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const namesOf = async (db: Database): Promise<readonly string[]> => (await ownTables(db)).map(({ name }) => name).toSorted((a, b) => placeOf(a) - placeOf(b));

/** The row that only tells who held a lock last is no content. */
const isFilled = (tables: readonly string[]): string => `(${["false", ...tables.filter((name) => name !== FIRST).map((name) => `exists (select 1 from ${quote(name)})`)].join(" or ")})`;

/** On a server; no other process is in the embedded store. */
const AT_WORK = `select l.* from locks l where l.held and exists (select 1 from pg_locks p where ${isKey(lockKey("l.name"), "ExclusiveLock")}) order by l.name limit 1`;

export const isEmptyDatabase = async (db: Database): Promise<boolean> => (await db.raw(`select ${isFilled(await namesOf(db))} as filled`)).rows[0].filled !== true;

/** Throws UsageError where something is there that nobody said may go. */
const refuseFilled = async (db: Database, location: string, replace: boolean): Promise<void> => {
  if (replace || (await isEmptyDatabase(db))) return;
  throw new UsageError(`the store ${location} is not empty`, "back it up, then --replace puts the backup in its place");
};

const refuseAtWork = async (db: Database): Promise<void> => {
  const holder = (await db.raw(AT_WORK)).rows[0] as Row | undefined;
  if (holder !== undefined) throw new BusyError(`${String(holder.name)} is at work (${String(holder.script)}, process ${String(holder.pid)} on ${String(holder.host)})`, "stop the schedules and wait for it to end");
};

/**
 * Throws BusyError where a run is at work, UsageError where something is there without `replace`, and ConfigError where it is of a newer
 * schema: who goes back to an older version says so by `replace`.
 */
export const refuseOthers = async (db: Database, location: string, replace: boolean): Promise<void> => {
  if (!replace) refuseNewer(await schemaStatus(db));
  if ((await namesOf(db)).includes(FIRST)) await refuseAtWork(db);
  await refuseFilled(db, location, replace);
};

/** Until this transaction ends nobody else reads or writes these tables. */
const lockStatement = (tables: readonly string[]): string => `lock table ${tables.map(quote).join(", ")} in access exclusive mode`;

/** Takes the tables there are for this transaction, and looks. Throws what `refuseOthers` throws. */
export const takeTables = async (trx: Database, location: string, replace: boolean): Promise<void> => {
  const tables = await namesOf(trx);
  if (tables.length > 0) await trx.raw(lockStatement(tables));
  await refuseOthers(trx, location, replace);
};

/** What the statements below fail with where somebody came in between. */
export const CAME_BETWEEN = "TANDEM_CAME_BETWEEN";

/** The same as statements, for a program that runs them. */
export const takeStatements = async (db: Database, replace: boolean): Promise<readonly string[]> => {
  const tables = await namesOf(db);
  if (tables.length === 0) return [];
  const conditions = [...(tables.includes(FIRST) ? [`exists (${AT_WORK})`] : []), ...(replace ? [] : [isFilled(tables)])];
  const look = conditions.map((condition) => `if ${condition} then raise exception '${CAME_BETWEEN}'; end if;`).join(" ");
  return ["set local lock_timeout to '60s'", lockStatement(tables), `do $tandem$ begin ${look} end $tandem$`];
};
