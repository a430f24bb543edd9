import { describe, expect, it } from "vitest";
import { checkLinks, knownLinks } from "../../../lib/core/links/checkLinks.ts";
import type { Instruction } from "../../../lib/core/links/model.ts";

/** "+1:A" adds, "-1:A" removes. */
const instructions = (...texts: readonly string[]): readonly Instruction[] =>
  texts.map((text, at) => {
    const [masterId = "", targetId = ""] = text.slice(1).split(":");
    return { action: text.startsWith("-") ? "remove" : "add", set: { key: "s" }, masterId, targetId, line: at + 1, column: 1 };
  });

const known = knownLinks([{ set: "s", masterId: "1", targetId: "A" }, { set: "s", masterId: "2", targetId: "B" }]);
const check = (...texts: readonly string[]) => checkLinks(instructions(...texts), known, (instruction) => instruction.set.key, (_, { targetId }) => (targetId === "no" ? "no is not there" : undefined)).map((each) => [each.kind, `${each.instruction.masterId}:${each.instruction.targetId}`, ..."reason" in each ? [each.reason] : []]);

describe("instructions about cross references", () => {
  it.each([
    ["a new pair is added", ["+3:C"], [["add", "3:C"]]],
    ["a pair there is stays", ["+1:A"], [["unchanged", "1:A", "the pair is there already"]]],
    ["a pair that is absent from the file stays too", [], []],
    ["removes go first, wherever they stand", ["+1:C", "-1:A"], [["remove", "1:A"], ["add", "1:C"]]],
    ["a pair in both parts stays as it is", ["+1:A", "-1:A"], [["unchanged", "1:A", "the file adds the same pair"], ["unchanged", "1:A", "the pair is there already"]]],
    ["or is made", ["+3:C", "-3:C"], [["unchanged", "3:C", "there is no such pair"], ["add", "3:C"]]],
    ["a file that was carried out asks for nothing any more", ["-1:C", "+1:A", "-9:B", "+2:B"], [["unchanged", "1:C", "there is no such pair any more"], ["unchanged", "9:B", "there is no such pair any more"], ["unchanged", "1:A", "the pair is there already"], ["unchanged", "2:B", "the pair is there already"]]],
    ["removing what is not there changes nothing", ["-9:Z"], [["unchanged", "9:Z", "there is no such pair"]]],
    ["removing a wrong pair is refused", ["-1:B"], [["refused", "1:B", "the pair is 1 ↔ A, not 1 ↔ B"]]],
    ["a second partner for a master is refused", ["+1:C"], [["refused", "1:C", "master 1 has a partner already: 1 ↔ A"]]],
    ["a second partner for a target is refused", ["+3:A"], [["refused", "3:A", "target A has a partner already: 1 ↔ A"]]],
    ["one item with two partners in a file is refused, whichever stands first", ["+3:C", "+3:D"], ["3:C", "3:D"].map((pair) => ["refused", pair, "master 3 stands with several partners: C on line 1, D on line 2; say which is right"])],
    ["so is a target with two", ["+3:C", "+4:C", "+5:E", "+3:C"], [...["3:C", "4:C"].map((pair) => ["refused", pair, "target C stands with several partners: 3 on line 1, 4 on line 2; say which is right"]), ["add", "5:E"], ["refused", "3:C", "target C stands with several partners: 3 on line 1, 4 on line 2; say which is right"]]],
    ["a pair that is there settles it", ["+1:D", "+1:A", "+3:D"], [["refused", "1:D", "master 1 has a partner already: 1 ↔ A"], ["unchanged", "1:A", "the pair is there already"], ["add", "3:D"]]],
    ["what does not exist contradicts nothing", ["+3:no", "+3:C"], [["refused", "3:no", "no is not there"], ["add", "3:C"]]],
    ["the same pair twice counts once", ["+3:C", "+3:C"], [["add", "3:C"], ["unchanged", "3:C", "the same pair as on line 1"]]],
    ["partners may be exchanged in one go", ["-1:A", "-2:B", "+1:B", "+2:A"], [["remove", "1:A"], ["remove", "2:B"], ["add", "1:B"], ["add", "2:A"]]],
  ])("%s", (_, texts, decisions) => {
    expect(check(...texts)).toEqual(decisions);
  });

  it("know an item that another sync set of the same place has paired, and two lines of different sync sets that name one", () => {
    const shared = knownLinks([{ set: "story~Story", masterId: "1", targetId: "A" }, { set: "story~Story", masterId: "5", targetId: "E", ended: true }], (set, side) => (side === "master" ? "stories" : set));
    const rows = [["story~Task", "1", "B"], ["story~Task", "2", "C"], ["story~Story", "2", "D"], ["story~Task", "3", "D"], ["story~Story", "5", "F"]].map(([key = "", masterId = "", targetId = ""], at): Instruction => ({ action: "add", set: { key }, masterId, targetId, line: at + 1, column: 1 }));
    expect(checkLinks(rows, shared, (instruction) => instruction.set.key).map((each) => [each.kind, ..."reason" in each ? [each.reason] : []])).toEqual([
      ["refused", "master 1 has a partner already: 1 ↔ A in story~Story"],
      ["refused", "master 2 stands with several partners: C on line 2, D on line 3; say which is right"],
      ["refused", "master 2 stands with several partners: C on line 2, D on line 3; say which is right"],
      ["add"],
      ["refused", "master 5 had a partner until that pair ended: 5 ↔ E; a line that removes it lets both go"],
    ]);
  });

  it("are refused where nobody knows the sync set, with their place", () => {
    const decisions = checkLinks([{ action: "add", set: { masterType: "story", targetType: "Story", masterProject: "P" }, masterId: "1", targetId: "2", line: 7, column: 3 }], known, () => undefined);
    expect(checkLinks([{ action: "add", set: { key: "user" }, masterId: "1", targetId: "2", line: 2, column: 1 }], known, () => undefined)).toMatchObject([{ kind: "refused", reason: "is a pair of people: give the file to importUserMaps" }]);
    expect(decisions).toMatchObject([{ kind: "refused", instruction: { line: 7, column: 3 }, reason: "no sync set is story ↔ Story · P ↔ ?" }]);
  });

  it("count a pair once that a list names twice on one line", () => {
    const twice = instructions("+3:C", "+3:C").map((each) => ({ ...each, line: 1 }));
    expect(checkLinks(twice, known, (instruction) => instruction.set.key).map(({ kind }) => kind)).toEqual(["add", "unchanged"]);
  });

  it.each([
    [{}, "it does not say which sync set is meant: types beside it (masterType, targetType) say that, or --sync-set"],
    [{ guid: "0f8f" }, 'no sync set is 0f8f: --set "0f8f=KEY" says which is meant'],
    [{ key: "s" }, 'no sync set is s; of a file of another connection, --set "s=KEY" says which is meant here'],
  ])("say what would name the sync set: %j", (set, reason) => {
    expect(checkLinks([{ action: "add", set, masterId: "1", targetId: "2", line: 1, column: 1 }], known, () => undefined)).toMatchObject([{ kind: "refused", reason }]);
  });

  it("say nothing about pairs of another sync set", () => {
    expect(checkLinks(instructions("+1:C"), known, () => "other").map(({ kind }) => kind)).toEqual(["add"]);
  });
});
