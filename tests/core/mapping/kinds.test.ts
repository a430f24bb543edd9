// The counting of carried kinds, on which every walk of two systems relies: it must see what is left out.

import { describe, expect, it } from "vitest";
import type { Side, TypeSchema } from "../../../lib/core/types.ts";
import { missedKinds, type Said } from "../../support/systems/kinds.ts";
import { compileText, CONNECTION, MASTER_TYPES, TARGET_TYPES } from "../../support/engine/worlds.ts";

const SCHEMAS = { master: MASTER_TYPES, target: TARGET_TYPES };
const ref = (type: string) => ({ ref: "1", type });

const WORDS = { master: { name: "x", description: "<p>x</p>", phase: { choice: "New" }, points: 1, owner: { person: "anna" }, due: "2026-01-01", tags: ["a"], release: ref("release"), sprint: ref("sprint") }, target: { name: "x", body: "<p>x</p>", status: { choice: "Done" }, estimate: 1, assignee: { person: "u1" }, dueDate: "2026-01-01", labels: ["a"], fixVersion: ref("version"), sprint: ref("sprint") } };
const said = (side: Side): Said => ({ side, type: side === "master" ? "story" : "Story", fields: WORDS[side] });

const world = (project: string, types: readonly TypeSchema[]) => ({ prefix: project, projects: [{ id: project, name: project }], types, people: [], clock: () => 0 });
const WORLDS = { master: world("P", MASTER_TYPES), target: world("Q", TARGET_TYPES) };

const missed = (text: string, words: readonly Said[]): readonly string[] => missedKinds(compileText(text, WORLDS), SCHEMAS, words);

describe("kinds of fields that a pair carries", () => {
  it("are all where all are mapped both ways and written by both sides", () => {
    expect(missed(CONNECTION, [said("master"), said("target")])).toEqual([]);
  });

  it.each<[string, string, readonly Said[], readonly string[]]>([
    ["without a mapping", CONNECTION.replace("      - { master: points, target: estimate }\n", ""), [said("master"), said("target")], ["number: not mapped"]],
    ["one way alone", CONNECTION.replace("{ master: owner, target: assignee }", "{ master: owner, target: assignee, direction: fromMaster }"), [said("master"), said("target")], ["person: not mapped"]],
    ["never written by a side", CONNECTION, [said("master"), { ...said("target"), fields: { ...WORDS.target, labels: [], sprint: null } }], ["labels: never from the target", "sprint: never from the target"]],
  ])("are told where they are left out: %s", (_title, text, words, expected) => {
    expect(missed(text, words)).toEqual(expected);
  });
});
