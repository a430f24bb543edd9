// How long records are kept: tables of what a site may write and what follows from it.

import { describe, expect, it } from "vitest";
import { nextBatch, parseKeep, retentionOf, retentionText } from "../../lib/core/retention.ts";
import { sizeText } from "../../lib/core/size.ts";

describe("a time to keep", () => {
  it.each([
    ["90 days", 90],
    ["1 day", 1],
    ["90days", 90],
    [" 12 Weeks ", 84],
    ["3 months", 93],
    ["2 years", 732],
    ["forever", Number.POSITIVE_INFINITY],
    ["for ever", Number.POSITIVE_INFINITY],
  ])("%j is %d days", (text, days) => expect(parseKeep(text)).toBe(days));

  it.each(["", "90", "days", "-3 days", "1.5 days", "90 hours", "0 days", "0 years", "999999 days", "90 days or so"])("%j is refused", (text) => expect(() => parseKeep(text)).toThrow(/"/));
});

describe("the policy that holds", () => {
  it.each([
    ["nothing said: the defaults", undefined, {}, { outcomes: 90, runs: 400 }],
    ["an empty policy keeps everything", {}, {}, {}],
    ["a kind left out is kept", { outcomes: "30 days" }, {}, { outcomes: 30 }],
    ["forever is kept", { outcomes: "forever", runs: "1 year" }, {}, { runs: 366 }],
    ["an option wins over the settings", { outcomes: "30 days" }, { outcomes: 10 }, { outcomes: 10 }],
    ["an option wins over the defaults", undefined, { runs: 10 }, { outcomes: 90, runs: 10 }],
    ["an option may keep what the settings purge", { outcomes: "30 days" }, { outcomes: Number.POSITIVE_INFINITY }, {}],
    ["an option adds to an empty policy", {}, { runs: 7 }, { runs: 7 }],
  ])("%s", (_, settings, given, days) => expect(retentionOf(settings, given)).toEqual({ days, problems: [] }));

  it("names every mistake with its place, and purges none of these kinds", () => {
    expect(retentionOf({ outcomes: "soon", crossReferences: "1 day", runs: "10 days" })).toEqual({
      days: { runs: 10 },
      problems: [
        { path: "retention.outcomes", message: expect.stringContaining('"soon" is no time to keep records') },
        { path: "retention.crossReferences", message: '"crossReferences" is nothing that can be purged', advice: "retention knows outcomes and runs" },
      ],
    });
  });

  it("is put in words", () => {
    expect(retentionText({ outcomes: 30 })).toBe("outcomes 30 days, runs for ever");
    expect(retentionText({})).toBe("outcomes for ever, runs for ever");
  });
});

it.each([
  ["as many again where it was neither slow nor quick", 1000, 100, 1000, 0],
  ["half of them, after a pause as long, where it was slow", 1000, 800, 500, 800],
  ["no fewer than a hundred", 120, 800, 100, 800],
  ["after five seconds at the most", 400, 60_000, 200, 5000],
  ["twice as many where it was quick, and never more than five thousand", 4000, 10, 5000, 0],
])("a batch of a deletion takes %s", (_, size, ms, next, pauseMs) => expect(nextBatch(size, ms)).toEqual({ size: next, pauseMs }));

it.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1000, "1.0 kB"],
  [8_192, "8.2 kB"],
  [1_400_000_000, "1.4 GB"],
])("%d bytes are %s", (bytes, text) => expect(sizeText(bytes)).toBe(text));
