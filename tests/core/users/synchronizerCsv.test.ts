import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { UserMap } from "../../../lib/core/users/userMap.ts";
import { readSynchronizerCsv, synchronizerLines } from "../../../lib/core/users/synchronizerCsv.ts";
import { utf8 } from "./arbitrary.ts";

const SIDES = { remote: "alm", octane: "octane" };
const read = async (...lines: readonly string[]) => readSynchronizerCsv(utf8(lines.join("\n")), SIDES);
/** "a" is written, "-a" is read only. */
const named = (dataSource: string, text: string) => (text.startsWith("-") ? { dataSource, name: text.slice(1), readOnly: true as const } : { dataSource, name: text });
const person = (octane: readonly string[], remote: readonly string[]): UserMap => ({ name: octane[0]?.replace(/^-/, "") ?? "", users: [...remote.map((name) => named("alm", name)), ...octane.map((name) => named("octane", name))] });

/** Whom each name means on the other side: "a > x", "a < x". Where several are written nobody is. */
const flowsOf = ({ users }: UserMap): readonly string[] =>
  [["alm", ">"], ["octane", "<"]].flatMap(([from = "", sign = ""]) => {
    const [only, ...more] = users.filter((user) => user.dataSource !== from && user.readOnly !== true);
    return only === undefined || more.length > 0 ? [] : users.filter((user) => user.dataSource === from).map(({ name }) => (sign === ">" ? `${name} > ${only.name}` : `${only.name} < ${name}`));
  });

describe("the Synchronizer's user list", () => {
  it.each([
    ["two ways beat one way, whichever comes first", ["a,<,x", "a,<>,x"], [person(["x"], ["a"])], [], []],
    ["two ways beat one way behind them", ["a,<>,x", "a,>,x"], [person(["x"], ["a"])], [], []],
    ["one way and the other make two ways", ["a,<,x", "a,>,x"], [person(["x"], ["a"])], [], []],
    ["of contradicting lines the first stays", ["a,<>,x", "a,<>,y"], [person(["x"], ["a"])], [2], []],
    ["so it is from the other side", ["a,<>,x", "b,<,x"], [person(["x"], ["a"])], [2], []],
    ["several remote users may flow to one", ["a,<>,x", "b,>,x"], [person(["x"], ["a", "-b"])], [], [2]],
    ["several Octane users may flow to one", ["a,<>,x", "a,<,y"], [person(["x", "-y"], ["a"])], [], [2]],
    ["of three remote users one is written", ["a,>,x", "b,>,x", "c,<>,x"], [person(["x"], ["-a", "-b", "c"])], [], [1, 2]],
    ["a line alone that is one-way is taken and told", ["a,>,x"], [person(["x"], ["-a"])], [], [1]],
    ["one that comes back is another's, and is never meant", ["svc,<,bob", "svc,<,eve"], [person(["-bob", "-eve"], ["svc"])], [], [1, 2]],
    ["one name that is written is not written for another that the lines do not send there", ["a,>,x", "svc,<,x"], [person(["-x"], ["-a", "svc"])], [], [1]],
    ["of several that are written for several none is", ["a,>,x", "svc,<,x", "b,>,y", "svc,<,y"], [person(["-x", "-y"], ["-a", "-b", "svc"])], [], [1, 3]],
    ["a merge that would contradict leaves the first as it is", ["a,>,x", "b,<>,x", "a,<,x"], [person(["x"], ["a"])].map(() => expect.anything()), [3], [1]],
  ])("%s", async (_, lines, maps, refused, notes) => {
    const found = await read(...lines);
    expect(found.maps).toEqual(maps);
    expect([found.contradicting.map((each) => each.line), found.damaged]).toEqual([refused, []]);
    expect(found.notes.map((each) => each.line)).toEqual(notes);
  });

  it.each([
    ["one name", ["a,>,x"], [[1, "a > x is one-way: a is read only in alm, known there and never written"]]],
    ["several remote names", ["b,>,x", "a,<>,x"], [[1, "b > x is one-way: b is read only in alm, known there and never written"]]],
    ["several Octane names", ["a,<>,x", "a,<,y"], [[2, "a < y is one-way: y is read only in octane, known there and never written"]]],
    ["lines of which a map would make more", ["a,>,x", "svc,<,x"], [[1, "a > x is not written in octane: a user map holds a, svc in alm and x in octane as one person and cannot say which of them goes where; in octane they are read only"]]],
    ["the word for everybody else in small letters", ["default,<>,x"], [[1, '"default" is taken for a user; the word for everybody who is not mapped is Default']]],
  ])("tells what lines mean in a map: %s", async (_, lines, notes) => {
    expect((await read(...lines)).notes.map(({ line, reason }) => [line, reason])).toEqual(notes);
  });

  it("never makes a map write what the lines do not say, and all that they say where nothing is told to be lost", async () => {
    const line = fc.tuple(fc.constantFrom("a", "b", "c"), fc.constantFrom("<", ">", "<>"), fc.constantFrom("x", "y", "z"));
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 6 }), async (rows) => {
        const { maps, notes, contradicting } = await read(...rows.map((row) => row.join(",")));
        const refused = new Set(contradicting.map((each) => each.line));
        const said = [...new Set(rows.flatMap(([remote, direction, octane], at) => (refused.has(at + 1) ? [] : [...(direction === "<" ? [] : [`${remote} > ${octane}`]), ...(direction === ">" ? [] : [`${remote} < ${octane}`])])))].toSorted();
        const flows = maps.flatMap(flowsOf).toSorted();
        expect(said).toEqual(expect.arrayContaining(flows));
        if (notes.some(({ reason }) => reason.includes("is not written in"))) return;
        expect(flows).toEqual(said);
        // And they are the same again after an export.
        const again = await read(...maps.flatMap((map) => synchronizerLines(map, SIDES).text.split("\r\n")).filter((text) => text !== ""));
        expect([again.maps, again.contradicting]).toEqual([maps, []]);
      }),
      { numRuns: 2000 },
    );
  });

  it("says which line stands against which", async () => {
    expect((await read("a,<>,x", "b,<>,y", "a,<>,y")).contradicting).toEqual([{ line: 3, reason: "contradicts line 1: a <> x; the first stays" }]);
  });

  it("hands Default rows back as fallback users, the first of each side", async () => {
    const found = await read("Default,>,o1@acme.com", "ALMUser1,<,Default", "Default,>,o2@acme.com", "Default,<>,o3@acme.com", "Default,>,Default");
    expect(found.fallbacks).toEqual({ octane: "o1@acme.com", remote: "ALMUser1" });
    expect([found.contradicting.map((each) => each.line), found.damaged.map((each) => each.line)]).toEqual([[3], [4, 5]]);
    expect(found.maps).toEqual([]);
  });

  it.each([
    ["a,x", "2 cells; a line reads: remote user,direction,Octane user"],
    ["a,=>,x", 'the direction is "=>"; it is one of < > <>'],
    [",<>,x", "the remote user is missing"],
    ["a,<>,", "the Octane user is missing"],
  ])("calls %j damaged, with its line", async (line, reason) => {
    expect((await read("ok,<>,ok", line)).damaged).toEqual([{ line: 2, reason }]);
  });

  it.each([
    ["semicolons", 'a;<>;x\r\n"b;c";<;y\r\n'],
    ["tabs", 'remote\tdirection\toctane\na\t<>\tx\nb;c\t<\ty\n'],
    ["commas, where names hold semicolons", "a,<>,x\nb;c,<,y\n"],
  ])("takes what a spreadsheet of another country parts by %s", async (_, text) => {
    expect(await read(text)).toMatchObject({ maps: [person(["x"], ["a"]), person(["y"], ["b;c"])], damaged: [] });
  });

  it("parts by commas where the first name is full of semicolons", async () => {
    expect((await read("a;b;c;d,<>,x")).maps).toEqual([person(["x"], ["a;b;c;d"])]);
  });

  it("takes a head line and quoted names", async () => {
    expect((await read("remote,direction,octane", '"Bear, Gary",<>,"g""b@x"')).maps).toEqual([person(['g"b@x'], ["Bear, Gary"])]);
  });

  it.each<[string, readonly string[], readonly string[], string, boolean]>([
    ["one name here and one there go both ways", ["=a"], ["x@y"], "=a,<>,x@y\r\n", false],
    ["what holds a comma is quoted", ["b,c"], ["x"], '"b,c",<>,x\r\n', false],
    ["of Octane the address counts", ["a"], ["1003", "x@y"], "a,<>,x@y\r\n", false],
    ["of several remote names each goes to Octane, and none comes back", ["dirk", "emil"], ["emil@x"], "dirk,>,emil@x\r\nemil,>,emil@x\r\n", true],
    ["of several of Octane none goes there", ["a"], ["x@y", "z@y"], "a,<,x@y\r\na,<,z@y\r\n", true],
    ["between several and several nothing goes", ["a", "b"], ["x@y", "z@y"], "", true],
    ["who has no name there has no line", ["a"], [], "", false],
    ["who is read only goes there, and none comes back", ["-a", "-b", "c"], ["x@y"], "a,>,x@y\r\nb,>,x@y\r\nc,<>,x@y\r\n", false],
    ["who is read only in Octane comes from there", ["svc"], ["-bob@x", "-eve@x"], "svc,<,bob@x\r\nsvc,<,eve@x\r\n", false],
    ["of Octane the address counts, of those that are written and of those that are read only", ["a"], ["1003", "x@y", "-1004", "-z@y"], "a,<>,x@y\r\na,<,z@y\r\n", false],
    ["who is read only on both sides goes nowhere", ["-a"], ["-x@y"], "", true],
    ["one that is read only on either side beside one that is written", ["-a", "b"], ["-x@y"], "b,<,x@y\r\n", true],
    ["the word for everybody else is nobody's name", ["Default", "d"], ["d@x"], "d,<>,d@x\r\n", false],
  ])("writes what it knows of a person: %s", async (_, remote, octane, text, isPart) => {
    expect(synchronizerLines({ name: "p", users: person(octane, remote).users }, SIDES)).toEqual({ text, isPart });
    expect((await read(...text.split("\r\n"))).damaged).toEqual([]);
  });
});
