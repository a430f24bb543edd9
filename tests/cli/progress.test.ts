import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createOutput } from "../../lib/cli/output/output.ts";

const START = Date.parse("2026-03-02T08:00:00.000Z");

/** What is shown and what the log file gets when work of a thousand steps goes on for two minutes. */
const work = (options: Parameters<typeof createOutput>[1], isTTY: boolean, total: number | "unknown" = 1000) => {
  const shown: string[] = [];
  const kept: unknown[] = [];
  const { progress } = createOutput({ out: { write: () => true }, err: { isTTY, write: (text: string) => shown.push(text) } }, options, (_level, message, details) => kept.push({ message, ...details }));
  for (let second = 0; second <= 120; second++) {
    vi.setSystemTime(START + second * 1000);
    progress.update("reading", second * 5, ...(total === "unknown" ? [] : [total]));
  }
  progress.done();
  return { shown, kept };
};

describe("progress", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"], now: START });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is one rewritten line with the remaining time on a terminal, and leaves none behind", () => {
    const { shown } = work({}, true);
    expect(shown.at(10)).toBe("\r\u001b[Kreading: 50 of 1000, about 3 min left");
    expect(shown.at(-1)).toBe("\r\u001b[K");
  });

  it("is a line every 30 seconds elsewhere", () => {
    expect(work({}, false).shown).toEqual(["reading: 150 of 1000, about 3 min left\n", "reading: 300 of 1000, about 2 min left\n", "reading: 450 of 1000, about 2 min left\n", "reading: 600 of 1000, about 80 s left\n"]);
  });

  it("goes to the log file as JSON with the seconds that remain, also where nothing is shown", () => {
    const { shown, kept } = work({ quiet: true }, true);
    expect(shown).toEqual([]);
    expect(kept).toEqual([30, 60, 90, 120].map((second) => ({ message: "reading", done: second * 5, total: 1000, secondsLeft: Math.round((1000 - second * 5) / 5) })));
  });

  it("says nothing of the end where nobody knows how much there is", () => {
    expect(work({}, false, "unknown").kept[0]).toEqual({ message: "reading", done: 150 });
  });
});
