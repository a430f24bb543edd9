// Labels that the other side writes otherwise: only what was added or taken away goes over.

import { describe, expect, it } from "vitest";
import { mergeLists } from "../../../lib/core/sync/carryList.ts";

/** title, what the edited side held, what it holds now, how the other side holds the former, the result */
type Case = readonly [string, readonly string[], readonly string[], readonly string[], readonly string[], boolean?];
const CASES: readonly Case[] = [
  ["one more", ["a_b"], ["a_b", "new"], ["a b"], ["a b", "new"]],
  ["one less", ["a_b", "c"], ["c"], ["a b", "c"], ["c"]],
  ["one instead of another", ["a_b", "c"], ["a_b", "d"], ["c", "a b"], ["a b", "d"]],
  ["in another order", ["x_y", "a_b"], ["a_b", "x_y"], ["a b", "x y"], ["a b", "x y"]],
  ["one the other side could not write", ["a"], ["a", "b"], ["a", "only here"], ["a", "only here", "b"]],
  ["one that is written quite otherwise, the only one", ["urgent"], [], ["dringend"], []],
  ["none left", ["a_b", "c"], [], ["a b", "c"], []],
  ["several that are written quite otherwise: nobody knows which", ["one", "two"], ["one"], ["eins", "zwei"], ["one"], true],
  ["twice the same", ["a"], ["a", "a", "b"], ["a"], ["a", "b"]],
  ["added already there", ["a"], ["a", "b"], ["a", "b"], ["a", "b"]],
];

describe("a list merged", () => {
  it.each(CASES.map((one) => [one[0], one] as const))("%s", (_title, [, base, edited, other, members, whole]) => {
    expect(mergeLists(base, edited, other)).toEqual({ members, whole: whole ?? false });
  });
});
