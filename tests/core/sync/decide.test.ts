// The decision table, every row: who changed × same value × direction × conflict policy × whose change is newer.

import { describe, expect, it } from "vitest";
import type { ConflictPolicy, Direction } from "../../../lib/core/mapping/model.ts";
import { decide, type Decision, type FieldSituation } from "../../../lib/core/sync/decide.ts";

const DIRECTIONS: readonly Direction[] = ["fromMaster", "toMaster", "biDirectional"];
const POLICIES: readonly ConflictPolicy[] = ["master", "target", "newest", "hold"];
const [EARLY, LATE] = ["2026-03-01T00:00:00.000Z", "2026-03-02T00:00:00.000Z"];
const AGES = { "master newer": [LATE, EARLY], "target newer": [EARLY, LATE], "equally old": [EARLY, EARLY] } as const;

const situation = (more: Partial<FieldSituation>): FieldSituation => ({ masterChanged: true, targetChanged: true, same: false, direction: "biDirectional", policy: "master", masterChangedAt: EARLY, targetChangedAt: EARLY, ...more });

const short = (decision: Decision): string => (decision.do === "write" ? `write ${decision.to}${decision.conflict ? " (conflict)" : ""}` : decision.do);

/** All situations that agree with this, whatever else holds. */
const every = (given: Partial<FieldSituation>): readonly FieldSituation[] =>
  DIRECTIONS.flatMap((direction) => POLICIES.flatMap((policy) => Object.values(AGES).flatMap(([masterChangedAt, targetChangedAt]) => [true, false].map((same) => situation({ direction, policy, masterChangedAt, targetChangedAt, same, ...given })))));

const decisions = (given: Partial<FieldSituation>): readonly string[] => [...new Set(every(given).map((one) => short(decide(one))))].toSorted();

describe("whatever the policy and whoever is newer", () => {
  it.each<[string, Partial<FieldSituation>, string]>([
    ["nobody changed anything", { masterChanged: false, targetChanged: false }, "nothing"],
    ["both changed to the same", { same: true }, "record"],
    ["the master changed to what the target holds", { targetChanged: false, same: true }, "record"],
    ["the target changed to what the master holds", { masterChanged: false, same: true }, "record"],
    ["the master changed, both ways", { targetChanged: false, same: false, direction: "biDirectional" }, "write target"],
    ["the master changed, from the master", { targetChanged: false, same: false, direction: "fromMaster" }, "write target"],
    ["the master changed, to the master only", { targetChanged: false, same: false, direction: "toMaster" }, "record"],
    ["the target changed, both ways", { masterChanged: false, same: false, direction: "biDirectional" }, "write master"],
    ["the target changed, to the master", { masterChanged: false, same: false, direction: "toMaster" }, "write master"],
    ["the target changed, from the master only", { masterChanged: false, same: false, direction: "fromMaster" }, "record"],
    ["both changed, from the master only: no conflict", { same: false, direction: "fromMaster" }, "write target"],
    ["both changed, to the master only: no conflict", { same: false, direction: "toMaster" }, "write master"],
  ])("%s", (_title, given, expected) => expect(decisions(given)).toEqual([expected]));
});

describe("both changed to different values, both ways", () => {
  it.each<[ConflictPolicy, keyof typeof AGES, string]>([
    ["master", "master newer", "write target (conflict)"],
    ["master", "target newer", "write target (conflict)"],
    ["master", "equally old", "write target (conflict)"],
    ["target", "master newer", "write master (conflict)"],
    ["target", "target newer", "write master (conflict)"],
    ["target", "equally old", "write master (conflict)"],
    ["newest", "master newer", "write target (conflict)"],
    ["newest", "target newer", "write master (conflict)"],
    ["newest", "equally old", "write target (conflict)"],
    ["hold", "master newer", "hold"],
    ["hold", "target newer", "hold"],
    ["hold", "equally old", "hold"],
  ])("policy %s, %s: %s", (policy, age, expected) => {
    const [masterChangedAt, targetChangedAt] = AGES[age];
    expect(short(decide(situation({ policy, masterChangedAt, targetChangedAt })))).toBe(expected);
  });
});

it("gives a reason for all it does", () => {
  const all = [true, false].flatMap((masterChanged) => [true, false].flatMap((targetChanged) => every({ masterChanged, targetChanged }).map(decide)));
  expect(all.filter((decision) => decision.do !== "nothing" && decision.reason.length < 10)).toEqual([]);
});
