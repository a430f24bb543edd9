import { describe, expect, it } from "vitest";
import { kinOf } from "../../../lib/core/mapping/kin.ts";
import type { Neighbour, SyncSet } from "../../../lib/core/mapping/model.ts";

const setOf = (connection: string, master: string, target: string, places: string): SyncSet => {
  const [one = "", other = ""] = places.split("~");
  return { key: `${connection}/${master}~${target}/${places}`, master: { type: master, project: one }, target: { type: target, project: other } } as SyncSet;
};
const rowOf = (connection: string, rest: string) => ({ id: 7, connection, key: `${connection}/${rest}` });

const STRAIGHT = { master: "master", target: "target" };
const TURNED = { master: "target", target: "master" };

describe("sync sets of the same items under another name", () => {
  const mine = setOf("here", "story", "Story", "P~Q");
  const find = (connection: string, rest: string, beside: readonly Neighbour[] = [], set = mine) => kinOf(set, { name: "here", syncSets: [set], beside }, [rowOf(connection, rest)]).map(({ sides, isMapped }) => [sides, isMapped]);

  it.each([
    ["the connection had another name", "old", "story~Story/P~Q", [[STRAIGHT, false]]],
    ["it had another name, and its sides were exchanged", "old", "Story~story/Q~P", [[TURNED, false]]],
    ["a type was called otherwise", "here", "story~Bug/P~Q", [[{ master: "master" }, false]]],
    ["a project was called otherwise", "here", "story~Story/OLD~Q", [[{ target: "target" }, false]]],
    ["a type and the connection were", "old", "user story~Story/P~Q", [[{ target: "target" }, false]]],
    ["its own", "here", "story~Story/P~Q", []],
    ["another type", "here", "defect~Bug/P~Q", []],
    ["other projects", "old", "story~Story/R~S", []],
    ["a name that only ends alike", "old", "user story~Story/P~NO-Q", []],
    ["a name that only begins alike", "old", "storyboard~Page/P~R", []],
  ])("%s", (_, connection, rest, found) => {
    expect(find(connection, rest)).toEqual(found);
  });

  it("knows names with slashes", () => {
    const set = setOf("here", "defect", "Bug", "DEFAULT/Tests~Q");
    expect(find("old", "defect~Bug/DEFAULT/Tests~Q", [], set)).toEqual([[STRAIGHT, false]]);
    expect(find("old", "requirement~Bug/DEFAULT/Other~Q", [], set)).toEqual([[{ target: "target" }, false]]);
  });

  it("counts of connections that are defined only those between the same systems, and only both ends", () => {
    const neighbour = (straight: boolean, turned: boolean): readonly Neighbour[] => [{ name: "other", straight, turned }];
    expect(find("other", "story~Story/P~Q", neighbour(true, false))).toEqual([[STRAIGHT, true]]);
    expect(find("other", "story~Story/P~Q", neighbour(false, false))).toEqual([]);
    expect(find("other", "Story~story/Q~P", neighbour(false, true))).toEqual([[TURNED, true]]);
    expect(find("other", "Story~story/Q~P", neighbour(true, false))).toEqual([]);
    expect(find("other", "story~Story/P~R", neighbour(true, false))).toEqual([]);
    // One type of one project on one server, whose sides nobody can tell apart.
    expect(find("other", "a~a/P~P", neighbour(true, true), setOf("here", "a", "a", "P~P"))).toEqual([[STRAIGHT, true], [TURNED, true]]);
  });
});
