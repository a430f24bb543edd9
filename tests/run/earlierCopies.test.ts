// Pairs that an earlier tool kept: its copies of comments and files stand on both sides already, under an account and with words
// of its own. Nothing of them is copied once more, and nothing that it left out is lost.

import { describe, expect, it } from "vitest";
import type { MemoryItem } from "../../lib/connectors/memoryWorld.ts";
import type { ItemPlan } from "../../lib/core/sync/plan.ts";
import { plainText } from "../../lib/core/text/normal.ts";
import { seedCrossReferences } from "../../lib/run/seedCrossReferences.ts";
import { syncIteration } from "../../lib/run/syncIteration.ts";
import { freshName, storeOfFile } from "../support/store/store.ts";
import { CONNECTION, createWorlds, edit, make, total, type Worlds } from "../support/engine/worlds.ts";

const hand = storeOfFile();
const BOTH = "comments: biDirectional\nattachments: biDirectional\n";
const text = (more: string, name: string): string => CONNECTION.replace("name: demo", `name: ${name}`).replace("target: beta\n", `target: beta\n${more}`);

let serial = 0;
const say = (w: Worlds, side: "master" | "target", item: MemoryItem, words: string, author: string): void => {
  w.time.ms += 1000;
  const at = w[side].now();
  item.comments.push({ id: `e${++serial}`, author: { person: author.toLowerCase(), name: author }, createdAt: at, changedAt: at, text: words, restricted: false });
  item.revision++;
  item.changedAt = at;
};

const attach = (w: Worlds, side: "master" | "target", item: MemoryItem, name: string, author: string, content = name): void => {
  const bytes = new TextEncoder().encode(`content of ${content}`);
  item.attachments.push({ id: `f${++serial}`, name, size: bytes.length, contentType: "text/plain", author: { person: author }, createdAt: w[side].now(), content: bytes });
};

/** What an earlier tool left: a comment each way, one with a head of its own, a short one, one it missed, and a file. */
const stage = async (more = BOTH): Promise<{ readonly w: Worlds; readonly name: string; readonly story: MemoryItem; readonly issue: MemoryItem }> => {
  const name = freshName();
  const w = createWorlds(hand.store, { connection: text(more, name) });
  const [story, issue] = [make(w, "master", "story", { name: "Login" }), make(w, "target", "Story", { name: "Login" })];
  say(w, "master", story, "<p>Does it work with two users?</p>", "Anna");
  say(w, "target", issue, "<p>Does it work with two users?</p>", "Connect");
  say(w, "target", issue, "<p>Yes</p>", "Bo");
  say(w, "master", story, "<p>Yes</p>", "Connect");
  say(w, "target", issue, "<p>In build 7</p>", "Bo");
  say(w, "master", story, "<p>Bo wrote:</p><p>In build 7</p>", "Connect");
  say(w, "master", story, "<p>missed by the earlier tool</p>", "Anna");
  attach(w, "master", story, "plan.txt", "anna");
  attach(w, "target", issue, "plan.txt", "connect");
  attach(w, "master", story, "notes.txt", "anna");
  attach(w, "target", issue, "STORY-1_notes.txt", "connect", "notes.txt");
  attach(w, "master", story, "other.txt", "anna", "zebra.txt");
  attach(w, "target", issue, "zebra2.txt", "connect", "other.txt");
  await seedCrossReferences(w.context(hand.store), [{ action: "add", set: { masterType: "story" }, masterId: story.id, targetId: issue.id, line: 1, column: 1 }], { dryRun: false });
  w.time.ms += 600_000;
  return { w, name, story, issue };
};

const words = (item: MemoryItem): readonly string[] => item.comments.map((entry) => plainText(entry.text).replace(/\s+/g, " "));
const sizes = (...items: readonly MemoryItem[]): readonly number[] => items.flatMap((item) => [item.comments.length, item.attachments.length]);

describe("what an earlier tool copied", () => {
  it("is copied no more, whatever head it wrote; what it missed crosses over", async () => {
    const { w, story, issue } = await stage();
    const plans: ItemPlan[] = [];
    await w.iterate({ dryRun: true, onPlan: (plan) => plans.push(plan) });
    expect(plans.flatMap((plan) => (plan.kind === "extra" && plan.what === "comment" ? [`${plan.action} ${plainText(plan.text)}`] : []))).toEqual(["add missed by the earlier tool"]);
    const result = await w.iterate();
    expect([total(result, "created"), total(result, "comments"), total(result, "attachments"), sizes(story, issue)]).toEqual([0, 1, 2, [4, 4, 4, 4]]);
    expect(words(issue).at(-1)).toContain("missed by the earlier tool");
    for (let round = 0; round < 2; round++) {
      w.time.ms += 60_000;
      expect(total(await w.iterate(), "comments")).toBe(0);
    }
    say(w, "target", issue, "<p>Yes</p>", "Bo");
    await w.iterate();
    expect(words(story).at(-1)).toMatch(/^Bo, .*beta: Yes$/);
    expect(sizes(story, issue)).toEqual([5, 4, 5, 4]);
  });

  it("is not copied where comments are turned on later, but short words are", async () => {
    const { w, name, story, issue } = await stage("");
    await w.iterate();
    w.define(text(BOTH, name));
    w.time.ms += 60_000;
    await w.iterate();
    expect([words(story).filter((one) => one.includes("two users")).length, words(issue).filter((one) => one.includes("two users")).length, words(issue).filter((one) => one.includes("build 7")).length]).toEqual([1, 1, 1]);
  });

  it("is copied no more where the write of a field was the last thing before a run was killed", async () => {
    const { w, story, issue } = await stage();
    edit(w, "master", story, { points: 8 });
    w.time.ms += 600_000;
    let records = 0;
    const store = { ...hand.store, record: (...given: Parameters<typeof hand.store.record>) => (given[0].outcomes?.some(({ action }) => action === "update") && records++ === 0 ? Promise.reject(new Error("killed")) : hand.store.record(...given)) };
    await syncIteration(w.context(store), { adopt: "master" }).catch(() => undefined);
    expect([records > 0, issue.fields.estimate]).toEqual([true, 8]);
    w.time.ms += 600_000;
    await w.iterate({ adopt: "master" });
    for (const item of [story, issue]) expect(words(item).filter((one) => /\bYes$/.test(one)).length).toBe(1);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])("is copied no more by a run that was killed before its record %i, and went on", async (at) => {
    const { w, story, issue } = await stage();
    let records = 0;
    const store = { ...hand.store, record: (...given: Parameters<typeof hand.store.record>) => (++records === at ? Promise.reject(new Error("killed")) : hand.store.record(...given)) };
    await syncIteration(w.context(store), {}).catch(() => undefined);
    w.time.ms += 600_000;
    await w.iterate();
    w.time.ms += 600_000;
    await w.iterate();
    for (const item of [story, issue]) {
      const copies = words(item).filter((one) => one.includes("two users") || one.includes("build 7") || /\bYes$/.test(one));
      expect(copies.length).toBe(3);
    }
    expect(words(issue).filter((one) => one.includes("missed by")).length).toBe(1);
    expect([story.attachments.length, issue.attachments.length]).toEqual([4, 4]);
  });
});
