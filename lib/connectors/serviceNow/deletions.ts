// What proves a deletion: the log of deletions, else the audit (servicenow.md §7). A row that cannot be read may as well be
// hidden, so its absence proves nothing.

import { isForbidden } from "../../core/errors.ts";
import { chunks } from "../paging.ts";
import { condition, inList } from "./encodedQuery.ts";
import type { TypeDef } from "./fields.ts";
import { IDS_PER_CALL } from "./items.ts";
import { NoTableError, readMaybe, readSome } from "./pages.ts";
import { CutError } from "./session.ts";
import type { Site } from "./site.ts";
import { isId, storedText } from "./wire.ts";

const PAGE = 500;

/** May the account read the log at all? Rows that are counted but not shown are hidden from it. */
export const logIsReadable = async (site: Site): Promise<boolean> => {
  try {
    const { rows, total } = await readSome(site.session, { path: "table/sys_audit_delete", where: [["sys_idISNOTEMPTY"]], fields: ["sys_id", "tablename", "documentkey"], limit: 1 });
    return rows.length > 0 ? storedText(rows[0] ?? {}, "documentkey") !== "" : total === undefined || total === 0;
  } catch (error) {
    // The log may be too large to look at. That it is there is enough: what it does not name stays unproved.
    if (error instanceof CutError) return true;
    if (isForbidden(error) || error instanceof NoTableError) return false;
    throw error;
  }
};

const keysIn = async (site: Site, type: TypeDef, table: string, ids: readonly string[], more: readonly string[]): Promise<readonly string[]> => {
  // A log that is closed to us proves nothing; that is all.
  const rows = await readMaybe(site.session, { path: `table/${table}`, where: [[condition("tablename", "=", type.table.name), inList("documentkey", ids), ...more]], fields: ["sys_id", "tablename", "documentkey", "fieldname"], limit: PAGE });
  return rows.filter((row) => storedText(row, "tablename") === type.table.name && (more.length === 0 || storedText(row, "fieldname") === "DELETED")).map((row) => storedText(row, "documentkey"));
};

/** By the logs of deletions, where the account may read them; what they do not show is not proved. */
export const provedDeleted = async (site: Site, type: TypeDef, ids: readonly string[]): Promise<ReadonlySet<string>> => {
  const proved = new Set<string>();
  for (const part of chunks([...new Set(ids)].filter(isId), IDS_PER_CALL)) {
    const note = (keys: readonly string[]): void => part.filter((id) => keys.includes(id)).forEach((id) => proved.add(id));
    for (const [table, more] of [["sys_audit_delete", []], ["sys_audit", ["fieldname=DELETED"]]] as const) {
      const left = part.filter((id) => !proved.has(id));
      if (left.length === 0) break;
      note(await keysIn(site, type, table, left, more));
    }
  }
  return proved;
};
