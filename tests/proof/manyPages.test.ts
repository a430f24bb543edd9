// A reading of 5,000 changed items while people edit, at every page's edge, one item that was read and one that was not: none
// is missing after this run or the next.

import { describe, expect, it } from "vitest";
import { createMemoryStore } from "../support/engine/memoryStore.ts";
import { createWorlds, edit, itemsOf, make } from "../support/engine/worlds.ts";
import { KINDS } from "./killing.ts";

const ITEMS = 5_000;
const CASES: readonly (readonly [string, number, number])[] = [
  ["in pages of 100, all with one of three times", 100, Math.ceil(ITEMS / 3)],
  ["in pages of 50, edited one by one", 50, 1],
];

describe(`${ITEMS} changed items`, () => {
  // The second costs as much again: TANDEM_PAGES=2.
  it.each(CASES.slice(0, Number(process.env.TANDEM_PAGES ?? 1)))("%s, with read and unread ones edited at every page's edge: 0 missing", async (_title, pageSize, perMoment) => {
    const w = createWorlds(createMemoryStore(), { ...KINDS[0]?.setup });
    for (let n = 0; n < ITEMS; n++) make(w, "master", "story", { name: `A${n}`, points: 0 });
    w.time.ms += 60_000;
    await w.iterate();
    const stories = itemsOf(w.master, "story");
    expect(itemsOf(w.target, "Story")).toHaveLength(ITEMS);
    w.time.ms += 3_600_000;
    stories.forEach((story, n) => {
      if (n % perMoment === 0) w.time.ms += 1000;
      w.master.update("anna", story, { points: n + 1 });
    });
    const wanted = new Map(stories.map((story, n) => [String(story.fields.name), n + 1]));
    w.time.ms += 1000;
    let pages = 0;
    const after = (call: string): void => {
      if (call !== "changes" || ++pages * pageSize >= ITEMS) return;
      // One of the page just read, and one of pages to come.
      for (const at of [pages * pageSize - 1 - (pages % pageSize), Math.min(ITEMS - 1, pages * pageSize + (pages % pageSize))]) {
        const story = stories[at];
        if (story === undefined) continue;
        edit(w, "master", story, { points: 10_000 + pages });
        wanted.set(String(story.fields.name), 10_000 + pages);
      }
    };
    await w.iterate({}, { hooks: { master: { after } }, capabilities: { master: { pageSize } } });
    expect(pages).toBeGreaterThanOrEqual(ITEMS / pageSize);
    w.time.ms += 60_000;
    await w.iterate({}, { capabilities: { master: { pageSize } } });
    const missing = itemsOf(w.target, "Story").filter((item) => item.fields.estimate !== wanted.get(String(item.fields.name)));
    expect(missing.map((item) => item.fields.name)).toEqual([]);
  });
});
