import { describe, expect, it } from "vitest";
import { foldName } from "../../../lib/core/match/things.ts";
import { pairByName } from "../../../lib/core/match/pairByName.ts";

const of = (side: string, names: readonly string[]) => names.map((name, at) => ({ id: `${side}${at}`, name: name.replace(/^\[.*?\] /, ""), ...(name.startsWith("[") ? { scope: name.slice(1, name.indexOf("]")) } : {}) }));
const situations = (masters: readonly string[], targets: readonly string[]) => pairByName(of("m", masters), of("t", targets), { kind: "name" }).verdicts.filter((verdict) => verdict.side === "master").map((verdict) => verdict.situation);

describe("names of releases, sprints and other items", () => {
  it.each([
    ["Sprint 1", "sprint-1"], ["Sprint 1", "SPRINT #1"], ["Sprint 1", "Sprint_1"], ["Sprint 1", "Sprint1"], ["Release 2024.1", "release  2024.1"], ["Überarbeitung", "Ueberarbeitung"], ["Q1 – Plan", "Q1 - Plan"], ["R&D", "R and D"], ["Спринт 1", "Sprint 1"], ["Sprint １", "Sprint 1"], ["Team “A”: Sprint 3", "Team A Sprint 3"],
    ["Sprint 12 🚀", "Sprint 12"], ["🚀 Sprint 12", "Sprint 12 🚀"], ["Sprint 3 ✔️", "Sprint 3 ✔"], ["R&amp;D", "R&D"], ["KW 23", "kw23"], ["Q3 2024", "q3/2024"],
  ])("%s and %s are one", (master, target) => {
    expect(situations([master], [target])).toEqual(["found"]);
  });

  it.each([["Sprint 01", "Sprint 1"], ["Release 2024.1", "Release 2024-1"], ["Phase II", "Phase 2"], ["Development sprint 7", "Developement sprint 7"],
    ["Q3 2024", "2024 Q3"], ["Q3 2024", "Q3 '24"], ["Quarter 1 2024", "Q1 2024"], ["1st quarter 2024", "Q1 2024"], ["FY24 Q1", "FY2024 Q1"], ["2024-01-15", "15.01.2024"], ["Release 2024-01-15", "Release 15 Jan 2024"], ["Release 2024-01-15", "Release January 15, 2024"], ["Release 20240115", "Release 2024-01-15"], ["Release 2024-01", "Release Januar 2024"],
    ["Release v2.3", "Release 2.3"], ["Version 2.3", "V2.3"], ["Release 1.0", "Release 1.0.0"], ["Release 1", "Release 1.0"], ["Release XIV", "Release 14"], ["Sprint №5", "Sprint 5"], ["Team A - Sprint 3", "Sprint 3 (Team A)"],
    ["Release 2024 🟢", "Release 2024 🔴"], ["👍 1", "👎 1"], ["Deploy 🇩🇪", "Deploy 🇫🇷"], ["Sprint 7", "Sprint 7 (closed)"].reverse() as [string, string]])("%s and %s may be", (master, target) => {
    expect(situations([master], [target])).toEqual(["near"]);
  });

  it.each([["Sprint 1", "Sprint 10"], ["Sprint 1", "Sprint 2"], ["v1.1", "v1.10"], ["1.10", "1.1.0"], ["C++", "C"], ["> 5", "< 5"], ["Sprint 1", "Phase 1"], ["2024-01-15", "2024-01-16"], ["Q1 2024", "Q2 2024"], ["Release XIV", "Release XVI"], ["Sprint 1.1", "Sprint 11"], ["Release v2.3", "Release v2.4"]])("%s and %s are not", (master, target) => {
    expect(situations([master], [target])).toEqual(["absent"]);
  });

  it.each([["Port to C#", "Port to C"], ["a != b", "a = b"], ["Load ≥ 5", "Load ≤ 5"], ["A → B", "A ← B"], ["Matrix A×B", "Matrix A÷B"], ["Sprint -1", "Sprint 1"], ["Offset −5", "Offset 5"], ["Grade A*", "Grade A"], ["10²", "102"], ["バッチ 1", "ハッチ 1"], ["かく", "がく"], ["กา 2", "กำ 2"], ["हिन 3", "हीन 3"]])("%s and %s are not one", (master, target) => {
    expect(situations([master], [target])).not.toContain("found");
  });

  it.each([["Sprint 1 | Team A", "Sprint 1 - Team A"], ["ＡＢ　リリース１", "AB リリース1"], ["שָׁלוֹם 1", "שלום 1"], ["مُحَمَّد 1", "محمد 1"]])("%s and %s are one all the same", (master, target) => {
    expect(situations([master], [target])).toEqual(["found"]);
  });

  it("are compared inside their scope only", () => {
    expect(situations(["[r1] Sprint 1", "[r2] Sprint 1"], ["[r2] Sprint 1", "[r1] Sprint 1"])).toEqual(["found", "found"]);
    expect(situations(["[r1] Sprint 1"], ["[r2] Sprint 1"])).toEqual(["absent"]);
    expect(situations(["Sprint 1", "Sprint 1"], ["Sprint 1"])).toEqual(["ambiguous", "ambiguous"]);
  });

  it("are not told apart by how they are written", () => {
    expect(situations(["Sprint-1", "Sprint 1"], ["Sprint 1", "Sprint-1"])).toEqual(["ambiguous", "ambiguous"]);
    expect(situations(["Sprint-1", "Sprint 1"], ["Sprint 1"])).toEqual(["ambiguous", "ambiguous"]);
  });

  it("fold to one text, and keep their numbers", () => {
    expect(foldName("SPRINT #1")).toBe(foldName("sprint 1"));
    expect(foldName("Sprint 01")).not.toBe(foldName("Sprint 1"));
  });
});
