// The audit as CSV: one row per item; cells that a spreadsheet would run are defused. Nobody reads it back. Pure.

import { csvLine } from "../users/csvRows.ts";
import type { AuditFacts } from "./auditFacts.ts";

/**
 * A spreadsheet that parts by semicolons, as in most of Europe, opens a sheet parted by commas as one cell in each line, and sees no quotes
 * in the middle of it: behind a semicolon or an end of line in somebody's text a cell of its own begins.
 */
const whole = (text: string): string => text.replace(/(?<=[;\r\n])(?=[=+\-@\t\uff1d\uff0b\uff0d\uff20])/g, "'");

const HEAD = ["syncSet", "state", "name", "masterId", "masterKey", "targetId", "targetKey", "reason", "differences"];

/** A row a pair or single item, in the order of the facts; drift as `field: master | target`, parted by semicolons. */
export const auditCsv = (facts: AuditFacts): string => {
  const lines = [csvLine(HEAD)];
  for (const set of facts.sets)
    for (const row of set.rows)
      lines.push(
        csvLine(
          [
            set.key,
            row.state,
            row.name,
            row.master?.id ?? "",
            row.master?.key ?? "",
            row.target?.id ?? "",
            row.target?.key ?? "",
            row.reason,
            row.drift.map((part) => `${part.field}: ${part.master} | ${part.target}`).join("; "),
          ].map(whole),
        ),
      );
  return lines.join("");
};
