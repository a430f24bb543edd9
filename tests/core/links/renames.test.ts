import { describe, expect, it } from "vitest";
import { type NamedSet, nowCalled, successionOf } from "../../../lib/core/links/renames.ts";

const set = (name: string, master: string, target: string, projects = "P~Q"): NamedSet => {
  const [one = "", other = ""] = projects.split("~");
  return { key: `${name}/${master}~${target}/${projects}`, master: { type: master, project: one }, target: { type: target, project: other } };
};

describe("a sync set that goes on with an earlier one", () => {
  it.each([
    ["the same under another connection", ["old/story~Story/P~Q"], [set("new", "story", "Story")], [], { "new/story~Story/P~Q": "old/story~Story/P~Q" }, []],
    ["a type renamed on one side", ["old/story~Story/P~Q"], [set("old", "story", "User Story")], [{ from: "Story", to: "User Story" }], { "old/story~User Story/P~Q": "old/story~Story/P~Q" }, []],
    ["a type renamed on one side where both were called alike", ["old/defect~defect/P~Q"], [set("new", "defect", "bug")], [{ side: "target", from: "defect", to: "bug" }], { "new/defect~bug/P~Q": "old/defect~defect/P~Q" }, []],
    ["a type renamed on both sides", ["old/a~a/P~Q"], [set("new", "b", "b")], [{ from: "a", to: "b" }], { "new/b~b/P~Q": "old/a~a/P~Q" }, []],
    ["two types that changed names", ["old/s~A/P~Q", "old/t~B/P~Q"], [set("new", "s", "B"), set("new", "t", "A")], [{ side: "target", from: "A", to: "B" }, { side: "target", from: "B", to: "A" }], { "new/s~B/P~Q": "old/s~A/P~Q", "new/t~A/P~Q": "old/t~B/P~Q" }, []],
    ["other projects stay apart", ["old/s~S/P~Q", "old/s~S/P~R"], [set("new", "s", "S", "P~R")], [], { "new/s~S/P~R": "old/s~S/P~R" }, ["old/s~S/P~Q"]],
    ["a project renamed on one side", ["old/s~S/P~Q", "old/s~S/P~R"], [set("old", "s", "S", "P~NEW")], [{ side: "target", from: "Q", to: "NEW" }], { "old/s~S/P~NEW": "old/s~S/P~Q" }, ["old/s~S/P~R"]],
    ["slashes in names", ["old/a/b~c/P~Q"], [set("new", "a/b", "c/d")], [{ from: "c", to: "c/d" }], { "new/a/b~c/d/P~Q": "old/a/b~c/P~Q" }, []],
  ] as const)("%s", (_, keys, sets, renames, pairs, left) => {
    expect(successionOf({ name: "old", keys }, sets, renames)).toEqual({ pairs: new Map(Object.entries(pairs)), left, problems: [] });
  });

  it.each([
    ["a rename that fits nothing", ["old/s~S/P~Q"], [set("new", "s", "S")], [{ from: "Stroy", to: "Story" }], "no sync set goes on from Stroy as Story"],
    ["two earlier sets that both fit", ["old/s~A/P~Q", "old/s~B/P~Q"], [set("new", "s", "C")], [{ from: "A", to: "C" }, { from: "B", to: "C" }], "new/s~C/P~Q could go on with old/s~A/P~Q or with old/s~B/P~Q"],
    ["two new names", ["old/s~A/P~Q"], [set("new", "s", "B"), set("new", "s", "C")], [{ from: "A", to: "B" }, { from: "A", to: "C" }], "A has two new names"],
  ] as const)("is not guessed for %s", (_, keys, sets, renames, problem) => {
    expect(successionOf({ name: "old", keys }, sets, renames).problems).toContain(problem);
  });

  it("calls an awaited type by its new name on its side only", () => {
    const renames = [{ side: "target", from: "a", to: "b" }] as const;
    expect([nowCalled(renames, "target", "a"), nowCalled(renames, "master", "a"), nowCalled(renames, "target", "c")]).toEqual(["b", "a", "c"]);
  });
});
