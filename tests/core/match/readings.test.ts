import { describe, expect, it } from "vitest";
import type { NameEntry } from "../../../lib/core/match/model.ts";
import { pairByName } from "../../../lib/core/match/pairByName.ts";

type Row = readonly [name: string, login?: string, email?: string];
const entries = (side: "m" | "t", rows: readonly Row[]): readonly NameEntry[] =>
  rows.map(([name, login, email], at) => ({ id: `${side}${at}`, name, ...(login === undefined ? {} : { login }), ...(email === undefined ? {} : { email }) }));

/** "m0-t0" of those that were found, "m1 near t0" of the other masters that are listed. */
const told = (masters: readonly Row[], targets: readonly Row[]): readonly string[] =>
  pairByName(entries("m", masters), entries("t", targets), { kind: "person" }).verdicts
    .filter(({ side, situation }) => side === "master" && situation !== "absent")
    .map(({ entry, situation, candidates }) => (situation === "found" ? `${entry.id}-${candidates[0]?.entry.id ?? ""}` : `${entry.id} ${situation} ${candidates.map((each) => each.entry.id).sort().join(" ")}`));

describe("how Japanese names are read", () => {
  // They tell how 山口 and 純子 are read.
  const READERS: readonly Row[] = [["山口 花子", "", "hanako.yamaguchi@acme.com"], ["田中 純子", "", "junko.tanaka@acme.com"], ["Sato Hideki / 佐藤 英樹"]];

  it.each([
    ["a mailbox of her own", [["山口 純子", "", "junko.yamaguchi2@acme.com"]]],
    ["what others read", [...READERS, ["山口 純子", "jyamaguchi4"]]],
    ["a login made of the given name", [...READERS, ["山口 純子", "junkoy"]]],
    ["a name without a blank between its words", [...READERS, ["山口純子"]]],
  ] as const)("casts doubt on a namesake in Latin letters: %s", (_, list) => {
    for (const name of ["Yamaguchi Junko", "Yamaguti Zyunko"]) {
      const masters: readonly Row[] = [["Junko Yamaguchi"], ...list];
      const row = masters.length - 1;
      expect(told(masters, [[name]])).toEqual(["m0 ambiguous t0", `m${row} ambiguous t0`]);
      expect(told([[name]], masters)[0]).toBe(`m0 ambiguous t0 t${row}`);
    }
  });

  it.each([
    ["nobody tells how the given name is read", [["山口 花子", "", "hanako.yamaguchi@acme.com"], ["山口 純子"]]],
    ["a login speaks against it", [...READERS, ["山口 純子", "syamaguchi"]]],
    ["another surname", [...READERS, ["佐藤 純子"]]],
    ["another given name", [...READERS, ["山口 英樹"]]],
  ] as const)("does not where %s", (_, list) => {
    expect(told([["Junko Yamaguchi"], ...list], [["Yamaguti Zyunko"]])).toContain("m0-t0");
  });

  it("is told by one's own mailbox, whichever custom the other list follows", () => {
    expect(told([["福田 順子", "", "junko.fukuda@acme.com"]], [["HUKUDA Zyunko"]])).toEqual(["m0-t0"]);
    expect(told([["HUKUDA Zyunko"]], [["福田 順子", "", "junko.fukuda@acme.com"]])).toEqual(["m0-t0"]);
  });

  it("is no more than a suggestion where the mailbox counts namesakes, or others tell it", () => {
    expect(told([["福田 順子", "", "junko.fukuda2@acme.com"]], [["HUKUDA Zyunko"]])).toEqual(["m0 near t0"]);
    expect(told([...READERS, ["山口 純子"]], [["YAMAGUTI Zyunko"]])).toEqual(["m3 near t0"]);
  });
});
