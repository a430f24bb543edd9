import { describe, expect, it } from "vitest";
import { readSynchronizerCsv, synchronizerLines } from "../../../lib/core/users/synchronizerCsv.ts";
import { utf8 } from "./arbitrary.ts";

const SIDES = { remote: "alm", octane: "octane" };
const read = async (...lines: readonly string[]) => readSynchronizerCsv(utf8(lines.join("\n")), SIDES);
const person = (octane: readonly string[], remote: readonly string[]) => ({ name: octane[0], users: [...remote.map((name) => ({ dataSource: "alm", name })), ...octane.map((name) => ({ dataSource: "octane", name }))] });

describe("the Synchronizer's user list", () => {
  it.each([
    ["two ways beat one way, whichever comes first", ["a,<,x", "a,<>,x"], [person(["x"], ["a"])], [], []],
    ["two ways beat one way behind them", ["a,<>,x", "a,>,x"], [person(["x"], ["a"])], [], []],
    ["one way and the other make two ways", ["a,<,x", "a,>,x"], [person(["x"], ["a"])], [], []],
    ["of contradicting lines the first stays", ["a,<>,x", "a,<>,y"], [person(["x"], ["a"])], [2], []],
    ["so it is from the other side", ["a,<>,x", "b,<,x"], [person(["x"], ["a"])], [2], []],
    ["several remote users may flow to one", ["a,<>,x", "b,>,x"], [person(["x"], ["a", "b"])], [], [2]],
    ["several Octane users may flow to one", ["a,<>,x", "a,<,y"], [person(["x", "y"], ["a"])], [], [2]],
    ["a line alone that is one-way is taken and told", ["a,>,x"], [person(["x"], ["a"])], [], [1]],
    ["a merge that would contradict leaves the first as it is", ["a,>,x", "b,<>,x", "a,<,x"], [person(["x"], ["a"])].map(() => expect.anything()), [3], [1]],
  ])("%s", async (_, lines, maps, refused, notes) => {
    const found = await read(...lines);
    expect(found.maps).toEqual(maps);
    expect([found.contradicting.map((each) => each.line), found.damaged]).toEqual([refused, []]);
    expect(found.notes.map((each) => each.line)).toEqual(notes);
  });

  it.each([
    ["one name", ["a,>,x"], [[1, "a > x is one-way; a user map is used both ways"]]],
    ["several remote names", ["b,>,x", "a,<>,x"], [[1, "b > x is one-way; a user map is used both ways: of b, a whoever is active in alm alone is written there, and where several are, nobody"]]],
    ["several Octane names", ["a,<>,x", "a,<,y"], [[2, "a < y is one-way; a user map is used both ways: of x, y whoever is active in octane alone is written there, and where several are, nobody"]]],
    ["the word for everybody else in small letters", ["default,<>,x"], [[1, '"default" is taken for a user; the word for everybody who is not mapped is Default']]],
  ])("tells what a map cannot say: %s", async (_, lines, notes) => {
    expect((await read(...lines)).notes.map(({ line, reason }) => [line, reason])).toEqual(notes);
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
    ["the word for everybody else is nobody's name", ["Default", "d"], ["d@x"], "d,<>,d@x\r\n", false],
  ])("writes what it knows of a person: %s", async (_, remote, octane, text, isPart) => {
    const users = [...remote.map((name) => ({ dataSource: "alm", name })), ...octane.map((name) => ({ dataSource: "octane", name }))];
    expect(synchronizerLines({ name: "p", users }, SIDES)).toEqual({ text, isPart });
    expect((await read(...text.split("\r\n"))).damaged).toEqual([]);
  });
});
