// An edit of a comment whose copy is not shown: nobody knows whether the copy was deleted or is only hidden.

import { describe, expect, it } from "vitest";
import { commentPrint, copyPrint, decideComments, isOwed, type KnownCopy } from "../../../lib/core/sync/comments.ts";
import type { Comment } from "../../../lib/core/types.ts";

const AT = "2026-03-02T08:00:00.000Z";
const said = (id: string, text: string, person = "anna"): Comment => ({ id, author: { person, name: person }, createdAt: AT, changedAt: AT, text, restricted: false });
const before = said("m1", "before");
const after = said("m1", "after");
const copy = said("t1", "anna: before", "us");
const carried: KnownCopy = { masterId: "m1", targetId: "t1", origin: "master", print: commentPrint(before) };

const decide = (known: KnownCopy, master: readonly Comment[], target: readonly Comment[]) =>
  decideComments({ rules: { direction: "biDirectional", restricted: false }, comments: { master, target }, known: [known], accounts: { master: "us", target: "us" }, names: { master: "alpha", target: "beta" } });

describe("an edit whose copy is not shown", () => {
  it("is owed, once, and written when the copy turns up", () => {
    const [owes, ...rest] = decide(carried, [after], []);
    expect([owes?.do, rest]).toEqual(["owe", []]);
    const owed = { ...carried, print: owes?.do === "owe" ? owes.print : "" };
    expect([isOwed(owed), decide(owed, [after], [])]).toEqual([true, []]);
    expect(decide(owed, [after], [copy])).toMatchObject([{ do: "change", to: "target", copy, print: commentPrint(after) }]);
  });

  it("is not owed where nothing was edited, nor where somebody else wrote the copy", () => {
    const ofOthers = { ...carried, print: `~${carried.print}` };
    expect([decide(carried, [before], []), decide(ofOthers, [after], []), copyPrint(ofOthers)]).toEqual([[], [], carried.print]);
  });
});
