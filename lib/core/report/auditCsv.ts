// The audit as CSV: one row per item; cells that a spreadsheet would run are defused. Pure.

import type { AuditFacts } from "./auditFacts.ts";

/** A cell beginning with = + - @ tab or CR would be run as a formula: an apostrophe in front makes it text. */
export const safeCell = (text: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
};

const HEAD = ["syncSet", "state", "name", "masterId", "masterKey", "targetId", "targetKey", "reason", "differences"];

export const auditCsv = (facts: AuditFacts): string => {
  const lines = [HEAD.join(",")];
  for (const set of facts.sets)
    for (const row of set.rows)
      lines.push(
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
        ]
          .map(safeCell)
          .join(","),
      );
  return `${lines.join("\r\n")}\r\n`;
};
