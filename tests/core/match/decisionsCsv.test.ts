import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DECISION_COLUMNS, eachDecision } from "../../../lib/core/match/decisions.ts";
import { decisionsCsv } from "../../../lib/core/match/decisionsCsv.ts";
import type { NameEntry, Verdict } from "../../../lib/core/match/model.ts";
import { pairNames } from "../../../lib/core/match/pairByName.ts";
import { type Names, namesOf } from "../../../lib/core/match/reading/names.ts";
import { NamesBytes } from "../../../lib/core/match/reading/namesBytes.ts";
import { csvLine } from "../../../lib/core/users/csvRows.ts";
import { makeOtherLists } from "../../support/people/otherNames.ts";

const tableOf = (entries: readonly NameEntry[]): Names => {
  const table = new NamesBytes();
  for (const { id, name, login, email } of entries) table.add([id, name, login ?? "", email ?? ""]);
  return table.done();
};

const written = (verdicts: Iterable<Verdict>): string => {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  // A piece is good until the next is asked for.
  for (const piece of decisionsCsv([{ connection: "octane~jira", syncSet: "user", verdicts }], () => undefined)) text += decoder.decode(piece);
  return text;
};
const expected = (verdicts: Iterable<Verdict>): string => csvLine(DECISION_COLUMNS) + [...eachDecision({ connection: "octane~jira", syncSet: "user", verdicts })].map((row) => csvLine(DECISION_COLUMNS.map((column) => row[column]))).join("");

/** What a spreadsheet would run, quotes, spaces that are none of ASCII, letters of one to four bytes. */
const cell = fc.array(fc.constantFrom("a", "Z", "0", " ", "\u00a0", "\u1680", "\u2003", "\u3000", "\ufeff", "=", "+", "-", "@", "'", '"', ",", ";", "\t", "\r", "\n", "(", "~", "\u007f", "ö", "Ж", "ế", "山", "𠮷"), { maxLength: 5 }).map((letters) => letters.join(""));

describe("decisions as CSV", () => {
  it("say the same from the bytes of a table as from texts, whatever stands in it", () => {
    fc.assert(fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 20 }), (rows) => {
      const entries = rows.map(([name, login, email], at): NameEntry => ({ id: `${at}_${name}`, name, ...(login === "" ? {} : { login }), ...(email === "" ? {} : { email }) }));
      const { verdicts } = pairNames(tableOf(entries), tableOf([...entries].reverse()), { kind: "person" });
      expect(written(verdicts)).toBe(expected(verdicts));
      const texts = pairNames(namesOf(entries), namesOf([...entries].reverse()), { kind: "person" }).verdicts;
      expect(written(texts)).toBe(written(verdicts));
    }), { numRuns: 300 });
  });

  it("do so for many people, piece by piece, and tell of each row", () => {
    const { masters, targets } = makeOtherLists(600, 5);
    const { verdicts } = pairNames(tableOf(masters), tableOf(targets), { kind: "person" });
    expect(written(verdicts)).toBe(expected(verdicts));
    const rows: unknown[] = [];
    for (const _ of decisionsCsv([{ connection: "c", syncSet: "user", verdicts }], (situation, row) => void rows.push({ ...row(), situation }))) void _;
    expect(rows).toEqual([...eachDecision({ connection: "c", syncSet: "user", verdicts })]);
  });
});
