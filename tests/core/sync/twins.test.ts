import { describe, expect, it } from "vitest";
import { commentPrint, decideComments } from "../../../lib/core/sync/comments.ts";
import type { Comment } from "../../../lib/core/types.ts";
import { twinsOf } from "../../../lib/core/sync/twins.ts";

const said = (id: string, text: string, author: string | null = "Anna Berg", second = Number(id.slice(1))): Comment => {
  const at = `2026-03-02T08:00:0${second}.000Z`;
  return { id, author: author === null ? null : { person: author.toLowerCase(), name: author }, createdAt: at, changedAt: at, text, restricted: false };
};
const LONG = "<p>The sender list shows people who left</p>";
const twins = (master: readonly Comment[], target: readonly Comment[], seeded = true) => twinsOf({ master, target }, seeded).map(({ original, copy }) => `${original.id}>${copy.id}`);

describe("comments that stand on both sides already", () => {
  it.each<[string, readonly Comment[], readonly Comment[], readonly string[]]>([
    ["the same words, the older is the original", [said("m1", "ok")], [said("t2", "ok", "Connect")], ["m1>t2"]],
    ["on the other side too", [said("m2", "ok", "Connect")], [said("t1", "ok")], ["t1>m2"]],
    ["marks, blanks and capitals do not count", [said("m1", "<p>See <b>page</b> 3!</p>")], [said("t2", "see *page* 3", "Connect")], ["m1>t2"]],
    ["a head that names the author", [said("m1", "ok")], [said("t2", "<p>[Anna Berg, 2 March]</p><p>ok</p>", "Connect")], ["m1>t2"]],
    ["a head goes before equal words", [said("m1", "ok")], [said("t2", "ok", "Bo"), said("t3", "Anna Berg: ok", "Connect")], ["m1>t3"]],
    ["a head that names somebody else", [said("m1", "ok")], [said("t2", "Bo Chen: ok", "Connect")], []],
    ["words that end like others", [said("m1", "ok")], [said("t2", "this is ok", "Connect")], []],
    ["a head that is a text of its own", [said("m1", "ok")], [said("t2", `Anna Berg ${"writes on and on ".repeat(20)} ok`, "Connect")], []],
    ["each once, the oldest first", [said("m1", "ok"), said("m2", "ok"), said("m3", "ok")], [said("t4", "ok", "Connect"), said("t5", "ok", "Connect")], ["m1>t4", "m2>t5"]],
    ["nobody is known to have written it", [said("m1", "ok", null)], [said("t2", ": ok", null)], ["m1>t2"]],
    ["signs without a letter are themselves", [said("m1", "+1"), said("m2", "👍")], [said("t3", "👍"), said("t4", "👎")], ["m2>t3"]],
    ["nothing said twice", [said("m1", "")], [said("t2", "")], []],
  ])("%s", (_, master, target, expected) => {
    expect(twins(master, target)).toEqual(expected);
  });

  it("short words are said twice by chance where no earlier tool was", () => {
    expect(twins([said("m1", "ok"), said("m2", LONG)], [said("t3", "ok"), said("t4", LONG)], false)).toEqual(["m2>t4"]);
  });
});

describe("what becomes of them", () => {
  const situation = (master: readonly Comment[], target: readonly Comment[], more: Partial<Parameters<typeof decideComments>[0]> = {}) =>
    decideComments({ rules: { direction: "biDirectional", restricted: false }, comments: { master, target }, known: [], accounts: { master: "us", target: "us" }, names: { master: "alpha", target: "beta" }, seeded: true, ...more }).map((action) => `${action.do} ${"original" in action ? action.original.id : ""}`);
  const known = (original: Comment) => [{ masterId: "m1", targetId: "t2", origin: "master" as const, print: `~${commentPrint(original)}` }];

  it("they are written in no direction, and all else is", () => {
    expect(situation([said("m1", LONG), said("m3", "new there")], [said("t2", LONG, "Connect"), said("t4", "new here")])).toEqual(["twin m1", "add m3", "add t4"]);
  });

  it("a day is told as a day, and a copy that gave it an hour is still ours", () => {
    const original = { ...said("m1", LONG), createdAt: "2026-03-01T23:00:00.000Z", day: "2026-03-02" };
    const decide = (target: readonly Comment[]) => decideComments({ rules: { direction: "biDirectional", restricted: false }, comments: { master: [original], target }, known: [], accounts: { master: "us", target: "us" }, names: { master: "alpha", target: "beta" } });
    const text = expect.stringContaining("<i>Anna Berg, 2026-03-02, alpha:</i>");
    expect(decide([])).toMatchObject([{ do: "add", text }]);
    expect(decide([said("t2", `<p><i>Anna Berg, 2026-03-01 23:00 UTC, alpha:</i></p>${LONG}`, "us")])).toMatchObject([{ do: "adopt", copy: { id: "t2" }, text }]);
  });

  it("copies of our own from an earlier run are found first", () => {
    const ours = said("t2", `<p><i>Anna Berg, 2026-03-02 08:00 UTC, alpha:</i></p>${LONG}`, "us");
    expect(situation([said("m1", LONG)], [ours])).toEqual(["adopt m1"]);
  });

  it.each([
    ["left alone while nothing changes", [said("m1", LONG)], [said("t2", LONG, "Connect")], []],
    ["told when the original is edited", [said("m1", "other")], [said("t2", LONG, "Connect")], ["skip m1"]],
    ["left alone when the original goes", [], [said("t2", LONG, "Connect")], []],
    ["left alone when the copy goes", [said("m1", "other")], [], []],
    ["forgotten when both are gone", [], [], ["forget "]],
  ])("once known they are %s", (_, master, target, expected) => {
    expect(situation(master, target, { known: known(said("m1", LONG)) })).toEqual(expected);
  });

  it("where copies are known, none is looked for any more", () => {
    expect(situation([said("m1", LONG), said("m3", "ok")], [said("t2", LONG, "Connect"), said("t4", "ok")], { known: known(said("m1", LONG)) })).toEqual(["add m3", "add t4"]);
  });
});
