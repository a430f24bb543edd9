import { describe, expect, it } from "vitest";
import { chooseSets, type OwnSet } from "../../../lib/core/links/chooseSets.ts";
import type { Instruction, SetName } from "../../../lib/core/links/model.ts";

const own = (master: string, target: string): OwnSet => ({ key: `c/${master}~${target}/1~D`, master: { type: master, project: "1" }, target: { type: target, project: "D" } });
const SETS = [own("story", "Story"), own("release", "version")];
const [STORY, RELEASE] = SETS.map(({ key }) => key) as [string, string];
const lines = (...sets: readonly SetName[]): readonly Instruction[] => sets.map((set, at) => ({ action: "add", set, masterId: String(at), targetId: "x", line: at + 1, column: 1 }));
const meant = (...pairs: readonly (readonly [string, string])[]): ReadonlyMap<string, string> => new Map(pairs);

describe("which sync set the pairs of a file belong to", () => {
  it.each<[string, readonly SetName[], { syncSet?: string; meant?: ReadonlyMap<string, string> }, readonly (readonly [string, string | undefined])[], number]>([
    ["nothing told leaves each as it is", [{}, { guid: "G" }, { masterType: "story" }], {}, [["0", undefined], ["1", undefined], ["2", undefined]], 0],
    ["one is told for all that name none", [{}, {}], { syncSet: STORY }, [["0", STORY], ["1", STORY]], 0],
    ["or that have one name", [{ guid: "G" }, { guid: "G" }], { syncSet: STORY }, [["0", STORY], ["1", STORY]], 0],
    ["what says another type is passed over", [{ masterType: "Story" }, { masterType: "release" }, { targetType: "version" }], { syncSet: STORY }, [["0", STORY]], 2],
    ["what says another project is passed over", [{ masterProject: "2" }, { targetProject: "D" }], { syncSet: STORY }, [["1", STORY]], 1],
    ["what says another key is passed over", [{ key: RELEASE }, { key: STORY }], { syncSet: STORY }, [["1", STORY]], 1],
    ["names are told one by one", [{ guid: "g" }, { guid: "{H}" }, { guid: "I" }], { meant: meant(["{G}", STORY], ["h", RELEASE]) }, [["0", STORY], ["1", RELEASE], ["2", undefined]], 0],
    ["both: the wanted one of those that are told", [{ guid: "G" }, { guid: "H" }], { syncSet: RELEASE, meant: meant(["G", STORY], ["H", RELEASE]) }, [["1", RELEASE]], 1],
    ["a key that a line gives itself is never overruled", [{ guid: "G", key: RELEASE }], { meant: meant(["G", STORY]) }, [["0", RELEASE]], 0],
    ["the key of another connection is a name like others", [{ key: "old/story~Story/1~D", masterType: "story" }, { key: RELEASE }, { key: "old/x~y/1~D" }], { meant: meant(["old/story~Story/1~D", STORY]) }, [["0", STORY], ["1", RELEASE], ["2", "old/x~y/1~D"]], 0],
  ])("%s", (_, sets, { syncSet, meant: told = new Map() }, chosen, passedOver) => {
    const found = chooseSets(lines(...sets), { meant: told, ...(syncSet === undefined ? {} : { syncSet }) }, SETS);
    expect(found.instructions.map(({ masterId, set }) => [masterId, set.key])).toEqual(chosen);
    expect([found.passedOver, found.several, found.unheard]).toEqual([passedOver, [], []]);
  });

  it("one for sets of several names is told, and so is one name beside none", () => {
    expect(chooseSets(lines({ guid: "G" }, { guid: "H" }), { syncSet: STORY, meant: new Map() }, SETS).several).toEqual(["G", "H"]);
    expect(chooseSets(lines({ guid: "G" }, {}), { syncSet: STORY, meant: new Map() }, SETS).several).toEqual(["G", ""]);
  });

  it("what a line says besides its name stays, so that a contradiction is seen", () => {
    expect(chooseSets(lines({ guid: "G", masterType: "release" }), { meant: meant(["G", STORY]) }, SETS).instructions[0]?.set).toEqual({ guid: "G", masterType: "release", key: STORY });
  });

  it("a name that stands nowhere in the file is told", () => {
    expect(chooseSets(lines({ guid: "G" }), { meant: meant(["G", STORY], ["X", RELEASE]) }, SETS).unheard).toEqual(["X"]);
  });
});
