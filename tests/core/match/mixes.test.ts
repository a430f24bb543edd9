import { describe, expect, it } from "vitest";
import { pairByName } from "../../../lib/core/match/pairByName.ts";
import { makeLists } from "../../support/people/names.ts";
import { makeOtherLists } from "../../support/people/otherNames.ts";
import { makeStrangers } from "../../support/people/strangerNames.ts";

describe("five thousand people of many languages, each system with its own ways to write them", () => {
  it.each([1, 2])("are paired where a careful reader would, and hardly ever wrongly (seed %i)", (seed) => {
    const lists = makeLists(5000, seed);
    const { verdicts } = pairByName(lists.masters, lists.targets, { kind: "person" });
    const found = verdicts.filter((verdict) => verdict.situation === "found" && !verdict.entry.id.startsWith("ms"));
    const right = found.filter((verdict) => lists.truth.get(verdict.entry.id)?.target === verdict.candidates[0]?.entry.id);
    const matched = right.filter((verdict) => lists.matchable.has(verdict.entry.id));
    expect(matched.length / lists.matchable.size).toBeGreaterThan(0.98);
    expect(found.length - right.length).toBeLessThanOrEqual(2);
    const doubted = new Map(verdicts.filter((verdict) => verdict.side === "master").map((verdict) => [verdict.entry.id, verdict]));
    const homonyms = [...lists.homonyms].filter((id) => !lists.matchable.has(id));
    const listed = homonyms.filter((id) => doubted.get(id)?.situation === "ambiguous" && doubted.get(id)?.candidates.some(({ entry }) => entry.id === lists.truth.get(id)?.target));
    expect(listed.length / homonyms.length).toBeGreaterThan(0.9);
  });

  it("give the same result whatever order they come in", () => {
    const lists = makeLists(1500, 9);
    const pairsOf = (masters: typeof lists.masters, targets: typeof lists.targets): readonly string[] => pairByName(masters, targets, { kind: "person" }).verdicts.map((verdict) => `${verdict.entry.id} ${verdict.situation} ${verdict.situation === "found" ? (verdict.candidates[0]?.entry.id ?? "") : ""}`).sort();
    expect(pairsOf([...lists.masters].reverse(), [...lists.targets].reverse())).toEqual(pairsOf(lists.masters, lists.targets));
  });

  it("are the same lists for the same seed", () => {
    expect(makeLists(200, 4)).toEqual(makeLists(200, 4));
  });
});

describe("people of other languages, with many namesakes and addresses that mislead", () => {
  it("are never paired wrongly, and no namesake goes unlisted", () => {
    const lists = makeOtherLists(2500, 3);
    const { verdicts } = pairByName(lists.masters, lists.targets, { kind: "person" });
    const found = verdicts.filter((verdict) => verdict.situation === "found" && !verdict.entry.id.startsWith("ms"));
    expect(found.filter((verdict) => lists.truth.get(verdict.entry.id) !== verdict.candidates[0]?.entry.id)).toEqual([]);
    expect(found.filter((verdict) => lists.matchable.has(verdict.entry.id)).length / lists.matchable.size).toBeGreaterThan(0.98);
    const situation = new Map(verdicts.map((verdict) => [verdict.entry.id, verdict.situation]));
    expect([...lists.homonyms].filter((id) => situation.get(id) === "absent")).toEqual([]);
  });
});

describe("people of directories with wrong encodings, personnel numbers, office mailboxes and addresses handed on", () => {
  it.each([1, 2])("are paired, never wrongly, and namesakes are listed (seed %i)", (seed) => {
    const lists = makeStrangers(1000, seed);
    const { verdicts } = pairByName(lists.masters, lists.targets, { kind: "person" });
    const found = verdicts.filter((verdict) => verdict.situation === "found");
    expect(found.filter((verdict) => lists.truth.get(verdict.entry.id) !== verdict.candidates[0]?.entry.id)).toEqual([]);
    expect(found.filter((verdict) => lists.matchable.has(verdict.entry.id)).length / lists.matchable.size).toBeGreaterThan(0.99);
    const situation = new Map(verdicts.map((verdict) => [verdict.entry.id, verdict.situation]));
    expect([...lists.doubtful].filter((id) => situation.get(id) !== "ambiguous")).toEqual([]);
  });
});
