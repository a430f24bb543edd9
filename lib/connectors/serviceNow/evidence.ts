// Who changed what: there is no lock and no condition on a write (servicenow.md §6), only a count of updates and, where it
// may be read, the audit. The row that a write answers is the item right after it, in the same transaction.

import { isForbidden, RemoteError } from "../../core/errors.ts";
import { sameValue } from "../../core/sync/fingerprint.ts";
import type { Fields, Item } from "../../core/types.ts";
import type { InterruptedUpdate, Overwritten } from "../connector.ts";
import { condition, isSafe } from "./encodedQuery.ts";
import type { TypeDef } from "./fields.ts";
import { modCountOf } from "./items.ts";
import { readByTime } from "./pages.ts";
import type { Site } from "./site.ts";
import { readValue } from "./values.ts";
import { instantOf, type Json, sameWord, storedText } from "./wire.ts";

const PAGE = 200;
/** Sites whose audit refused us once. */
const closed = new WeakSet<Site>();

/** Fields not written by us that differ from what was planned on: somebody else's change, or a rule's. Both are news for the partner. */
export const othersOf = (type: TypeDef, before: Item, written: readonly string[], after: Item): readonly string[] =>
  Object.keys(before.fields).filter((name) => {
    const schema = type.fields.get(name)?.schema;
    return schema !== undefined && !written.includes(name) && name in after.fields && !sameValue(before.fields[name], after.fields[name], schema);
  });

/**
 * Of the fields to be written, those that somebody changed between `before` and `now`, a reading right before the write: they are
 * left alone and planned anew. A value that is already as wished is nobody's loss.
 */
export const touchedSince = (type: TypeDef, before: Item, now: Item, wished: Fields): readonly string[] =>
  Object.keys(wished).filter((name) => {
    const schema = type.fields.get(name)?.schema;
    const [old, value] = [before.fields[name], now.fields[name]];
    return schema !== undefined && old !== undefined && value !== undefined && !sameValue(old, value, schema) && !sameValue(value, wished[name], schema);
  });

const auditRows = async (site: Site, type: TypeDef, id: string, since: string): Promise<readonly Json[]> => {
  if (closed.has(site) || !isSafe(id)) return [];
  const reading = { path: "table/sys_audit", where: [[condition("tablename", "=", type.table.name), condition("documentkey", "=", id)]], fields: ["sys_id", "documentkey", "fieldname", "oldvalue", "newvalue", "user", "sys_created_on"], limit: PAGE };
  const rows: Json[] = [];
  try {
    for await (const page of readByTime(site.session, reading, "sys_created_on", since)) rows.push(...page.filter((row) => storedText(row, "documentkey") === id));
  } catch (error) {
    if (!(isForbidden(error) || error instanceof RemoteError)) throw error;
    // Not every account may read the audit, and not every table has one: then the count alone has to do.
    closed.add(site);
  }
  return rows;
};

/** As the audit tells. */
const audited = async (site: Site, type: TypeDef, now: Item, fields: Fields): Promise<readonly Overwritten[]> => {
  const me = await site.me();
  const found = new Map<string, Overwritten>();
  for (const row of await auditRows(site, type, now.id, now.changedAt)) {
    const name = storedText(row, "fieldname");
    const field = type.fields.get(name);
    const by = storedText(row, "user");
    if (field === undefined || !(name in fields) || sameWord(by, me.login)) continue;
    const value = readValue(field, { [name]: storedText(row, "newvalue") });
    if (value === undefined || sameValue(value, now.fields[name], field.schema) || sameValue(value, fields[name], field.schema)) continue;
    found.set(name, { field: name, value, by, at: instantOf(storedText(row, "sys_created_on")) ?? now.changedAt });
  }
  return [...found.values()];
};

/** Values of others that came between our last look at the row, `now`, and our write, and that it replaced. `after`: as the write left it. */
export const overwrittenBy = async (site: Site, type: TypeDef, now: Item, fields: Fields, after: Item): Promise<readonly Overwritten[]> =>
  // One update more than before: nobody but us.
  modCountOf(after.version) === modCountOf(now.version) + 1 ? [] : audited(site, type, now, fields);

/**
 * What interrupted updates replaced of others, by id: what our own lines of the audit say stood there before them, where that is not
 * what had been read.
 */
export const replacedBy = async (site: Site, type: TypeDef, updates: readonly InterruptedUpdate[]): Promise<ReadonlyMap<string, readonly Overwritten[]>> => {
  const me = await site.me();
  const found = new Map<string, readonly Overwritten[]>();
  for (const { id, at, before, after } of updates) {
    const rows = await auditRows(site, type, id, at);
    const isOurs = (row: Json): boolean => sameWord(storedText(row, "user"), me.login);
    const lost = rows.filter(isOurs).flatMap((row): readonly Overwritten[] => {
      const name = storedText(row, "fieldname");
      const field = type.fields.get(name);
      const [stood, wrote] = ["oldvalue", "newvalue"].map((column) => (field === undefined ? undefined : readValue(field, { [name]: storedText(row, column) })));
      if (field === undefined || !(name in after) || stood === undefined || sameValue(wrote, before[name], field.schema) || sameValue(stood, before[name], field.schema)) return [];
      const author = rows.findLast((other) => !isOurs(other) && storedText(other, "fieldname") === name && storedText(other, "newvalue") === storedText(row, "oldvalue"));
      return author === undefined ? [] : [{ field: name, value: stood, by: storedText(author, "user"), at: instantOf(storedText(author, "sys_created_on")) ?? at }];
    });
    found.set(id, lost);
  }
  return found;
};
