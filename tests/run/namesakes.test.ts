import { describe, expect, it } from "vitest";
import { freshName, storeOfFile } from "../support/store/store.ts";
import { CONNECTION, createWorlds, itemsOf, make, type Worlds } from "../support/engine/worlds.ts";

const hand = storeOfFile();

const worlds = (more: (text: string) => string = (text) => text): Worlds => createWorlds(hand.store, { connection: more(CONNECTION.replace("name: demo", `name: ${freshName()}`)) });

const fill = (w: Worlds, masters: readonly string[], targets: readonly string[]): void => {
  for (const name of masters) make(w, "master", "story", { name });
  for (const name of targets) make(w, "target", "Story", { name });
};
const counts = (w: Worlds): readonly number[] => [itemsOf(w.master, "story").length, itemsOf(w.target, "Story").length];
const numbered = (word: string, count: number): readonly string[] => Array.from({ length: count }, (_, at) => `${word} ${at}`);

describe("the first iteration over items that both sides have", () => {
  it.each([
    ["both ways", (text: string) => text],
    ["one way, to a side that is full already", (text: string) => text.replace("target: beta\n", "target: beta\ndirection: fromMaster\n")],
  ])("makes none of them a second time, and says how to pair them: %s", async (_, more) => {
    const w = worlds(more);
    fill(w, ["Log in", "Log out", "Search", "only here"], ["log  in", "Search", "LOG OUT", "only there"]);
    for (const options of [{ dryRun: true }, {}]) {
      const { failedSets, status } = await w.iterate(options);
      expect([status, failedSets.map(({ message, advice }) => [message, advice]), counts(w)]).toEqual(["partly", [[expect.stringMatching(/^no story is paired yet, and 3 of those at hand have a namesake in beta, such as "log in"/), expect.stringMatching(/matchByName --type story.*--accept-namesakes/)]], [4, 4]]);
    }
    await w.iterate({ accept: { namesakes: true } });
    expect(counts(w)[1]).toBe(8);
  });

  it.each([
    ["two of a name are chance", ["a", "b", "c"], ["a", "b", "d"]],
    ["few of many are", [...numbered("here", 97), "a", "b", "c"], [...numbered("there", 97), "a", "b", "c"]],
  ])("goes on where %s", async (_, masters, targets) => {
    const w = worlds();
    fill(w, masters, targets);
    expect((await w.iterate()).failedSets).toEqual([]);
    expect(counts(w)[0]).toBe(masters.length + targets.length);
  });

  it("is the only one that asks: later the same names may come again", async () => {
    const w = worlds();
    fill(w, ["first"], []);
    await w.iterate();
    fill(w, ["a", "b", "c"], ["a", "b", "c"]);
    w.time.ms += 60_000;
    expect([(await w.iterate()).failedSets, counts(w)]).toEqual([[], [7, 7]]);
  });
});
