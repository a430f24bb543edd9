// Sprints inside releases: which dates are written, cut, held, or make the release longer.

import { describe, expect, it } from "vitest";
import { addDays, fitDates, type ReleaseState } from "../../../lib/core/sync/period.ts";
import type { Item } from "../../../lib/core/types.ts";

const item: Item = { type: "release", id: "r1", project: "P", name: "R1", version: "1", changedAt: "2026-01-01T00:00:00.000Z", fields: {} };
const release = (start?: string, end?: string): ReleaseState => ({ item, start, end });
const R = release("2026-03-01", "2026-03-31");

/** rule, start, end, release, dates written (or reason), release made */
type Case = readonly ["leave" | "clamp" | "hold" | "extend", string | undefined, string | undefined, ReleaseState | undefined, readonly (string | undefined)[] | RegExp, (readonly (string | undefined)[])?];
const CASES: readonly Case[] = [
  ["clamp", "2026-03-02", "2026-03-15", R, ["2026-03-02", "2026-03-15"]],
  ["clamp", "2026-02-20", "2026-03-15", R, ["2026-03-01", "2026-03-15"]],
  ["clamp", "2026-03-20", "2026-04-15", R, ["2026-03-20", "2026-03-31"]],
  ["clamp", "2026-02-20", "2026-04-15", R, ["2026-03-01", "2026-03-31"]],
  ["clamp", "2026-04-02", "2026-04-15", R, /nothing of it can be kept/],
  ["clamp", "2026-02-02", "2026-02-15", R, /2026-02-02 to 2026-02-15 is not inside the release R1 \(2026-03-01 to 2026-03-31\)/],
  ["clamp", "2026-02-20", undefined, R, ["2026-03-01", undefined]],
  ["clamp", "2026-02-20", "2026-04-15", release(undefined, undefined), ["2026-02-20", "2026-04-15"]],
  ["clamp", "2026-02-20", "2026-04-15", undefined, ["2026-02-20", "2026-04-15"]],
  ["hold", "2026-03-01", "2026-03-31", R, ["2026-03-01", "2026-03-31"]],
  ["hold", "2026-03-01", "2026-04-01", R, /is not inside the release/],
  ["extend", "2026-03-01", "2026-04-01", R, ["2026-03-01", "2026-04-01"], [undefined, "2026-04-01"]],
  ["extend", "2026-02-01", "2026-04-01", R, ["2026-02-01", "2026-04-01"], ["2026-02-01", "2026-04-01"]],
  ["extend", "2026-04-02", "2026-04-15", R, ["2026-04-02", "2026-04-15"], [undefined, "2026-04-15"]],
  ["extend", "2026-03-02", "2026-03-15", R, ["2026-03-02", "2026-03-15"]],
  ["leave", "2026-02-02", "2026-04-15", R, ["2026-02-02", "2026-04-15"]],
  ["leave", "2026-03-15", "2026-03-01", undefined, /ends .* before it begins/],
];

describe("the dates of a sprint", () => {
  it.each(CASES.map((one) => [one[0], one[1], one[2], one] as const))("%s: %s to %s", (_rule, _start, _end, [rule, start, end, within, expected, made]) => {
    const fit = fitDates(rule, { start, end }, within);
    if (expected instanceof RegExp) {
      expect(fit.ok ? "" : fit.reason).toMatch(expected);
      return;
    }
    expect(fit.ok ? [fit.dates.start, fit.dates.end] : fit.reason).toEqual(expected);
    expect(fit.ok && fit.extend !== undefined ? [fit.extend.start, fit.extend.end] : undefined).toEqual(made);
  });

  it("are counted over ends of months and years", () => {
    expect([addDays("2026-02-27", 2), addDays("2028-02-28", 1), addDays("2026-12-31", 1), addDays("2026-03-01", -1)]).toEqual(["2026-03-01", "2028-02-29", "2027-01-01", "2026-02-28"]);
  });
});
