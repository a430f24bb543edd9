// The audit as a sheet: texts of endpoints begin no formula, in spreadsheets that part by semicolons either.

import { expect, it } from "vitest";
import { auditCsv } from "../../../lib/core/report/auditCsv.ts";
import type { AuditFacts } from "../../../lib/core/report/auditFacts.ts";

/** The cells as a spreadsheet sees them that parts by semicolons: quotes count at the beginning of a cell only. */
const cellsOf = (text: string): readonly string[] => text.split(/\r\n|\r|\n/).flatMap((line) => [...`${line};`.matchAll(/("(?:[^"]|"")*"|[^;]*);/g)].map(([, cell = ""]) => cell.replace(/^"|"$/g, "")));

it.each(["=1+1", "x;=cmd|' /C calc'!A0;y", "x\n=1+1", "x\r\n@SUM(A1)", "a;+1", "a;-1", "\uff1d1+1", 'x";=1+1;"', "x;\t=1"])("%j begins no formula, whatever parts the sheet", (name) => {
  const row = { state: "in step", name, master: { id: name, key: name }, target: { id: "2" }, reason: name, drift: [{ field: "summary", master: name, target: name }] };
  const facts = { connection: "c", master: "m", target: "t", at: "2026-03-02T09:00:00.000Z", sets: [{ key: "set", rows: [row] }], runs: [], conflicts: [] } as unknown as AuditFacts;
  expect(cellsOf(auditCsv(facts)).filter((cell) => /^[=+\-@\t\uff1d\uff0b\uff0d\uff20]/.test(cell))).toEqual([]);
});
