import { describe, expect, it } from "vitest";
import { pairKey, withoutDeclined } from "../../../lib/core/match/declined.ts";
import type { PairResult } from "../../../lib/core/match/model.ts";
import { pairByName } from "../../../lib/core/match/pairByName.ts";

const entries = (...names: readonly string[]) => names.map((name, at) => ({ id: String(at + 1), name }));
const told = ({ verdicts }: PairResult): readonly string[] => verdicts.map(({ side, entry, situation, candidates }) => `${side} ${entry.id} ${situation} ${candidates.map((candidate) => candidate.entry.id).join(",")}`.trim());

describe("pairs to which a person said no", () => {
  it("are found no more, and neither end is lost", () => {
    const result = withoutDeclined(pairByName(entries("Alpha", "Beta"), entries("Alpha", "Beta"), { kind: "name" }), new Set([pairKey("1", "1")]));
    expect([told(result), result.counts]).toMatchObject([["master 1 absent", "target 1 absent", "master 2 found 2"], { found: 1, absent: 2 }]);
  });

  it("are suggested no more; what is left of several waits for a person as before", () => {
    const twice = pairByName(entries("Alpha"), entries("Alpha", "Alpha"), { kind: "name" });
    expect(twice.counts.ambiguous).toBeGreaterThan(0);
    const one = withoutDeclined(twice, new Set([pairKey("1", "1")]));
    expect(told(one)).toEqual(["master 1 ambiguous 2", "target 1 absent", "target 2 ambiguous 1"]);
    expect(withoutDeclined(twice, new Set([pairKey("1", "1"), pairKey("1", "2")])).counts).toMatchObject({ ambiguous: 0, found: 0, absent: 3 });
    const near = pairByName(entries("Release 2.0"), entries("Release 2.0.0"), { kind: "name" });
    expect(near.counts.near).toBeGreaterThan(0);
    expect(withoutDeclined(near, new Set([pairKey("1", "1")])).counts.near).toBe(0);
  });
});
