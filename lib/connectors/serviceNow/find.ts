// Looking for the rows of earlier creates: by the sys_id and the column that may have carried the intent, whatever the options
// say by now. Where the instance may have dropped both, by our own account, name and time as well.

import type { FindResult, SoughtIntent } from "../connector.ts";
import { keptName } from "../keptName.ts";
import { chunks } from "../paging.ts";
import { condition, inList, isSafe } from "./encodedQuery.ts";
import { spareMarker } from "./fields.ts";
import { columnsFor, IDS_PER_CALL, linkOf, readRows, readSurely } from "./items.ts";
import { readAll, readByTime } from "./pages.ts";
import { belongsTo, type Scope } from "./scope.ts";
import type { Site } from "./site.ts";
import { idOfIntent, instantOf, intentOfId, type Json, sameWord, storedText } from "./wire.ts";

type Found = Map<string, { readonly id: string; readonly key?: string; readonly url?: string }>;

const PAGE = 200;
/** Stamps know seconds only, and clocks may differ a little. */
const EARLY_MS = 5_000;

const bySysId = async (site: Site, { type }: Scope, intents: readonly SoughtIntent[]): Promise<Found> => {
  const rows = await readSurely(site, { path: `table/${type.table.name}`, fields: columnsFor(type, []) }, intents.map(({ intent }) => idOfIntent(intent)));
  const byId = new Map(rows.map((row) => [storedText(row, "sys_id").toLowerCase(), row]));
  return new Map(intents.flatMap(({ intent }) => {
    const row = byId.get(idOfIntent(intent));
    return row === undefined ? [] : [[intent, linkOf(site, type, row)] as const];
  }));
};

/** The column is compared again: a condition may be dropped. Two rows of one intent: the first made is the one. */
const byColumn = async (site: Site, { type }: Scope, column: string, intents: readonly SoughtIntent[]): Promise<Found> => {
  const found: Found = new Map();
  for (const part of chunks(intents.filter(({ intent }) => isSafe(intent)), IDS_PER_CALL)) {
    const rows = await readAll(site.session, { path: `table/${type.table.name}`, where: [[inList(column, part.map(({ intent }) => intent))]], fields: [...columnsFor(type, []), column], limit: PAGE });
    const oldest = rows.toSorted((a, b) => (storedText(a, "sys_created_on") < storedText(b, "sys_created_on") ? -1 : 1));
    for (const { intent } of part) {
      const row = oldest.find((one) => storedText(one, column) === intent);
      if (row !== undefined) found.set(intent, linkOf(site, type, row));
    }
  }
  return found;
};

/** Rows of our account without any mark: the instance ignored the one given, or the options have changed since. */
const unmarked = async (site: Site, scope: Scope, intents: readonly SoughtIntent[]): Promise<readonly Json[]> => {
  const { type } = scope;
  const { login } = await site.me();
  const spare = spareMarker(type);
  if (intents.length === 0 || !isSafe(login)) return [];
  const since = new Date(Math.min(...intents.map((intent) => Date.parse(intent.since))) - EARLY_MS).toISOString();
  const rows: Json[] = [];
  const reading = { path: `table/${type.table.name}`, where: [[condition("sys_created_by", "=", login), ...(type.classed ? [condition("sys_class_name", "=", type.table.name)] : [])]], fields: [...columnsFor(type, []), "sys_created_by", ...(spare === undefined ? [] : [spare])], limit: PAGE };
  for await (const page of readByTime(site.session, reading, "sys_created_on", since)) rows.push(...page);
  const isMarked = (row: Json): boolean => intentOfId(storedText(row, "sys_id")) !== undefined || (type.markerField !== undefined && storedText(row, type.markerField) !== "") || (spare !== undefined && intentOfId(idOfIntent(storedText(row, spare))) !== undefined);
  return rows.filter((row) => belongsTo(scope, row) && sameWord(storedText(row, "sys_created_by"), login) && !isMarked(row));
};

export const findIntents = async (site: Site, scope: Scope, intents: readonly SoughtIntent[], taken?: ReadonlySet<string>): Promise<FindResult> => {
  if (intents.length === 0) return { found: new Map(), undecided: new Set() };
  const { type } = scope;
  // The clock first: what is not there by then and long enough ago is surely absent.
  const now = Date.parse(await site.now());
  const found: Found = type.markerField === undefined ? new Map() : await byColumn(site, scope, type.markerField, intents);
  const left = (): readonly SoughtIntent[] => intents.filter(({ intent }) => !found.has(intent));
  for (const [intent, link] of await bySysId(site, scope, left())) found.set(intent, link);
  const spare = spareMarker(type);
  if (spare !== undefined && left().length > 0) for (const [intent, link] of await byColumn(site, scope, spare, left())) found.set(intent, link);
  const undecided = new Set<string>();
  const candidates = new Map<string, readonly string[]>();
  const missing = left();
  const strangers = (await unmarked(site, scope, missing)).filter((row) => taken?.has(storedText(row, "sys_id")) !== true);
  for (const { intent, name, since } of missing) {
    const hits = strangers.filter((row) => sameWord(keptName(storedText(row, type.nameField)), keptName(name)) && (instantOf(storedText(row, "sys_created_on")) ?? "") >= new Date(Date.parse(since) - EARLY_MS).toISOString());
    const [hit] = hits;
    if (hit !== undefined && hits.length === 1 && missing.filter((one) => sameWord(keptName(one.name), keptName(name))).length === 1) found.set(intent, linkOf(site, type, hit));
    else if (hits.length > 0 || Date.parse(since) + site.session.options.settleSeconds * 1000 > now) undecided.add(intent);
    if (undecided.has(intent)) candidates.set(intent, hits.map((row) => storedText(row, "sys_id")));
  }
  return { found, undecided, candidates };
};

/** Those of these rows that our account created. */
export const ownRows = async (site: Site, { type }: Scope, ids: readonly string[]): Promise<ReadonlySet<string>> => {
  const { login } = await site.me();
  const rows = await readRows(site, { path: `table/${type.table.name}`, fields: [...columnsFor(type, []), "sys_created_by"] }, ids);
  return new Set(rows.filter((row) => sameWord(storedText(row, "sys_created_by"), login)).map((row) => storedText(row, "sys_id")));
};
